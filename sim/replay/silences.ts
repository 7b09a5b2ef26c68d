import type { Millis } from "../../firmware/domain/millis.ts";
import type { Conversation, Spoken } from "./conversation.ts";

/** A PBX that is there has said something by then: an answer, or anything else. */
const SILENT_AFTER: Millis = 2000;

export interface Silence {
  readonly kind: "silence";
  readonly at: Millis;
  readonly on: boolean;
}

/**
 * When the PBX of then did not answer: from a request that it left unanswered until the next thing that it said. Where no
 * request has an answer, those are not in the capture, and nothing follows from that.
 */
export function silencesIn({ spoken, took }: Conversation, answered: (request: Spoken) => boolean): readonly Silence[] {
  const silences: Silence[] = [];
  if (!spoken.some(({ ofPbx, message }) => ofPbx && message.kind === "response")) return silences;
  const heard = spoken.filter(({ ofPbx }) => ofPbx).map(({ at }) => at);
  let until: Millis = Number.NEGATIVE_INFINITY;
  for (const one of spoken) {
    const { at, message } = one;
    if (one.ofPbx || message.kind === "response" || message.method === "ACK" || at < until || answered(one)) continue;
    const next = heard.find((when) => when > at);
    if ((next ?? took) - at < SILENT_AFTER) continue;
    silences.push({ kind: "silence", at, on: true });
    if (next === undefined) break;
    silences.push({ kind: "silence", at: next, on: false });
    until = next;
  }
  return silences;
}
