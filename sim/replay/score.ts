import type { Millis } from "../../firmware/domain/millis.ts";
import { tagOf, userOf } from "../sip/address.ts";
import { cseq, type Request } from "../sip/message.ts";
import { branchOf } from "../sip/via.ts";
import type { Conversation, Spoken } from "./conversation.ts";
import { silencesIn } from "./silences.ts";
import { type Answer, Term, Watch } from "./watch.ts";

/** What is to happen at a moment of the capture. */
export type Cue =
  /** The PBX tells of a line. `answer`: what the panel of then said to it. */
  | {
      readonly kind: "report";
      readonly at: Millis;
      readonly watch: Watch;
      readonly spoken: Spoken;
      readonly answer?: number;
    }
  /** From here on the panel of then was told in another dialog, with versions and sequence numbers of its own. */
  | { readonly kind: "anew"; readonly at: Millis; readonly watch: Watch }
  /** The PBX asks something outside of every dialog. */
  | { readonly kind: "ask"; readonly at: Millis; readonly spoken: Spoken; readonly answer?: number }
  | { readonly kind: "silence"; readonly at: Millis; readonly on: boolean }
  /** Something of then that has no counterpart now, in words. */
  | { readonly kind: "apart"; readonly at: Millis; readonly text: string };

/** The PBX's part of a conversation, to be played to another panel. */
export interface Score {
  readonly watches: readonly Watch[];
  /** To REGISTER. */
  readonly registrations: readonly Answer[];
  readonly cues: readonly Cue[];
  /** Reports in dialogs beside the one that is played, of the same line. */
  readonly beside: number;
}

/** A challenge is followed by the answer to it at once. */
const ANSWERS_WITHIN: Millis = 2000;
const UNREMARKABLE = new Set(["ACK", "PRACK", "OPTIONS"]);

export function scoreOf(conversation: Conversation): Score {
  return new Scribe(conversation).score();
}

class Scribe {
  readonly #conversation: Conversation;
  readonly #finals = new Map<string, Spoken>();
  readonly #watches = new Map<string, Watch>();
  readonly #byCall = new Map<string, Watch>();
  readonly #registrations: Answer[] = [];
  readonly #cues: Cue[] = [];
  readonly #told = new Set<string>();
  #beside = 0;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
    for (const one of conversation.spoken) {
      const { message } = one;
      const key = transactionOf(one);
      if (message.kind === "response" && message.status >= 200 && !this.#finals.has(key)) this.#finals.set(key, one);
    }
  }

  score(): Score {
    for (const one of this.#conversation.spoken) {
      const { message } = one;
      if (message.kind === "response") continue;
      if (one.ofPbx) this.#tell(one, message);
      else this.#asked(one, message);
    }
    const silences = silencesIn(this.#conversation, (one) => this.#finals.has(transactionOf(one)));
    const cues = [...silences, ...this.#cues].sort((one, other) => one.at - other.at);
    const watches = [...this.#watches.values()];
    return { watches, registrations: this.#registrations, cues, beside: this.#beside };
  }

  /** A request of the panel's. */
  #asked(one: Spoken, request: Request): void {
    const { method, headers, uri } = request;
    const { at } = one;
    const final = this.#finals.get(transactionOf(one));
    const step = this.#isStep(one, final);
    if (method === "SUBSCRIBE") {
      this.#subscribed(one, request, step ? undefined : final);
      return;
    }
    if (method === "REGISTER") {
      const leaves = headers.get("Expires") === "0" || /;\s*expires=0\b/i.test(headers.get("Contact") ?? "");
      if (final && !step && !leaves) this.#registrations.push({ at: final.at, spoken: final });
      return;
    }
    if (UNREMARKABLE.has(method) || step || this.#told.has(transactionOf(one))) return;
    this.#told.add(transactionOf(one));
    this.#cues.push({ kind: "apart", at, text: `the panel of then sent ${method} ${userIn(uri)}` });
  }

  #subscribed({ at }: Spoken, { headers }: Request, final: Spoken | undefined): void {
    const callId = headers.get("Call-ID") ?? "";
    const resource = userOf(headers.get("To"));
    const watch = this.#byCall.get(callId) ?? this.#watch(packageOf(headers.get("Event")), resource);
    this.#byCall.set(callId, watch);
    const initial = tagOf(headers.get("To")) === undefined;
    if (headers.get("Supported")?.includes("eventlist")) watch.isList = true;
    if (headers.get("Expires") === "0") {
      if (!initial) this.#cues.push({ kind: "apart", at, text: `the panel of then gave up watching ${resource}` });
      return;
    }
    const granted = final?.message.kind === "response" && final.message.status < 300;
    if (initial && granted && watch.live?.callId !== callId) {
      this.#begin(watch, callId, at);
    }
    // What was too short then is not what is asked for now.
    if (!final || (final.message.kind === "response" && final.message.status === 423)) return;
    if (initial) watch.initials.push({ at: final.at, spoken: final });
    else watch.termOf(callId)?.refreshes.push({ at: final.at, spoken: final });
  }

  /** A request of the PBX's. */
  #tell(spoken: Spoken, { method, headers, uri }: Request): void {
    const { at } = spoken;
    const final = this.#finals.get(transactionOf(spoken))?.message;
    const answer = final?.kind === "response" ? { answer: final.status } : {};
    if (method === "OPTIONS") this.#cues.push({ kind: "ask", at, spoken, ...answer });
    if (method !== "NOTIFY") {
      if (!UNREMARKABLE.has(method)) this.#apart(spoken, `the PBX of then sent ${method} ${userIn(uri)}`);
      return;
    }
    const event = packageOf(headers.get("Event"));
    if (event === "refer") return;
    const callId = headers.get("Call-ID") ?? "";
    const known = this.#byCall.get(callId);
    if (known === undefined && tagOf(headers.get("To")) === undefined) {
      this.#cues.push({ kind: "ask", at, spoken, ...answer });
      return;
    }
    const watch = known ?? this.#watch(event, userOf(headers.get("From")));
    this.#byCall.set(callId, watch);
    watch.isList ||= headers.get("Content-Type")?.includes("multipart/related") ?? false;
    if (!watch.live) this.#begin(watch, callId, at);
    const { live } = watch;
    if (live?.callId !== callId) {
      this.#beside++;
      return;
    }
    const tag = tagOf(headers.get("From"));
    live.tag ??= tag;
    this.#cues.push({ kind: "report", at, watch, spoken, ...answer });
    if (/^\s*terminated/i.test(headers.get("Subscription-State") ?? "")) watch.end(true);
    else if (answer.answer === 481 && tag === live.tag) watch.end(false);
  }

  #begin(watch: Watch, callId: string, at: Millis): void {
    if (!watch.ended) this.#cues.push({ kind: "anew", at, watch });
    watch.begin(new Term(callId, at));
  }

  #apart(spoken: Spoken, text: string): void {
    if (this.#told.has(transactionOf(spoken))) return;
    this.#told.add(transactionOf(spoken));
    this.#cues.push({ kind: "apart", at: spoken.at, text });
  }

  /** A challenge that was answered is no last word. */
  #isStep({ at, message }: Spoken, final: Spoken | undefined): boolean {
    const said = final?.message;
    if (said?.kind !== "response" || (said.status !== 401 && said.status !== 407)) return false;
    const { number, method } = cseq(message);
    return this.#conversation.spoken.some((next) => {
      if (next.ofPbx || next.message.kind !== "request" || next.at < at || next.at > at + ANSWERS_WITHIN) return false;
      const { headers } = next.message;
      const proves = headers.get("Authorization") ?? headers.get("Proxy-Authorization");
      if (proves === undefined || headers.get("Call-ID") !== message.headers.get("Call-ID")) return false;
      const later = cseq(next.message);
      return later.method === method && later.number > number;
    });
  }

  #watch(event: string, resource: string): Watch {
    const key = `${event} ${resource}`;
    const watch = this.#watches.get(key) ?? new Watch(event, resource);
    this.#watches.set(key, watch);
    return watch;
  }
}

/** The event package, without an id or other parameters. */
export function packageOf(event: string | undefined): string {
  return event?.split(";", 1)[0]?.trim().toLowerCase() ?? "dialog";
}

/** Sequence numbers come again after a PBX was killed; a branch does not. */
function transactionOf({ message }: Spoken): string {
  return [branchOf(message), message.headers.get("Call-ID"), message.headers.get("CSeq")].join(" ");
}

function userIn(uri: string): string {
  return /^sips?:([^@;]+)@/i.exec(uri)?.[1] ?? uri;
}
