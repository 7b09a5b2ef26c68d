import type { Millis } from "../../firmware/domain/millis.ts";
import type { Spoken } from "./conversation.ts";

/** A last answer of the PBX, and when it gave it. */
export interface Answer {
  readonly at: Millis;
  readonly spoken: Spoken;
}

/** One subscription of then: a dialog, as long as it lasted. */
export class Term {
  readonly callId: string;
  readonly from: Millis;
  /** The PBX's, once it is known. */
  tag: string | undefined;
  /** Answers to SUBSCRIBEs in it. */
  readonly refreshes: Answer[] = [];

  constructor(callId: string, from: Millis) {
    this.callId = callId;
    this.from = from;
  }
}

/** All that the PBX said of one line (or list, or mailbox) by one event package. */
export class Watch {
  /** Event package: dialog, presence, message-summary. */
  readonly event: string;
  readonly resource: string;
  isList = false;
  /** The subscription that is under way where the capture has been read to. */
  live: Term | undefined;
  /** Answers to SUBSCRIBEs that begin one. */
  readonly initials: Answer[] = [];
  /** Whether the last one that ended did so by the PBX's word, so that a panel knows of it. */
  ended = true;
  readonly #terms: Term[] = [];

  constructor(event: string, resource: string) {
    this.event = event;
    this.resource = resource;
  }

  begin(term: Term): void {
    this.#terms.push(term);
    this.live = term;
    this.ended = false;
  }

  /** @param told by the PBX; else by the panel, who did not want it any more */
  end(told: boolean): void {
    this.live = undefined;
    this.ended = told;
  }

  termOf(callId: string): Term | undefined {
    return this.#terms.find((term) => term.callId === callId);
  }

  /** The one of that moment; before all, the first. */
  termAt(now: Millis): Term | undefined {
    return this.#terms.findLast(({ from }) => from <= now) ?? this.#terms[0];
  }

  /**
   * What the PBX says at that moment to a SUBSCRIBE: the last that it had said until then; of one that begins a subscription
   * also what it said first, where the capture begins with that. Undefined where the capture does not tell.
   */
  answerAt(now: Millis, initial: boolean): Spoken | undefined {
    if (!initial) return this.termAt(now)?.refreshes.findLast(({ at }) => at <= now)?.spoken;
    const last = this.initials.findLast(({ at }) => at <= now);
    if (last) return last.spoken;
    const [first] = this.initials;
    const earlier = first && this.#terms.some(({ from }) => from < first.spoken.at && !this.#begins(from, first));
    return earlier ? undefined : first?.spoken;
  }

  /** The answer that let a subscription begin, which may come after its first report. */
  #begins(from: Millis, { spoken }: Answer): boolean {
    const term = this.#terms.find((one) => one.from === from);
    return term?.callId === spoken.message.headers.get("Call-ID");
  }
}
