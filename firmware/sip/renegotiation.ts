import type { IncomingRequestMessage } from "sip.js/lib/core/index.js";
import type { Millis } from "../domain/millis.ts";
import type { Cancel, Clock } from "../hal/clock.ts";
import { ALLOW } from "./allow.ts";
import { MediaSession } from "./media-session.ts";
import { bodyOf } from "./message.ts";
import type { Reply, Stack } from "./stack.ts";

/** RFC 3261 §17, table 4. */
const T1: Millis = 500;
const T2: Millis = 4_000;
const SDP = "application/sdp";

export interface RenegotiationHost {
  readonly clock: Clock;
  readonly stack: Pick<Stack, "reply" | "repeat">;
  readonly contact: string;
}

/**
 * What a PBX does to a call that is up: holds it, refreshes it, tells of a new partner, by re-INVITE (RFC 3261 §14.2) or
 * UPDATE (RFC 3311 §5.2). All of it is granted.
 */
export class Renegotiation {
  readonly #host: RenegotiationHost;
  readonly #media: MediaSession;
  /** Called when a 2xx of ours stays without ACK. */
  readonly #unheard: () => void;
  #lastCseq = 0;
  /** Our 2xx to a re-INVITE, repeated until its ACK. */
  #unconfirmed: { readonly cseq: number; cancel: Cancel } | undefined;

  constructor(host: RenegotiationHost, sdp: string, unheard: () => void) {
    this.#host = host;
    this.#media = new MediaSession(sdp);
    this.#unheard = unheard;
  }

  /** Our SDP, as it is now. */
  get description(): string {
    return this.#media.description;
  }

  /** Answers a re-INVITE or UPDATE of the call; true where it stands from now on. */
  take(request: IncomingRequestMessage): boolean {
    const { stack } = this.#host;
    const reply = this.#replyTo(request);
    const response = stack.reply(request, reply);
    if (reply.status === 200 && request.method === "INVITE") this.#repeat(response, request.cseq);
    return reply.status === 200;
  }

  acknowledged(cseq: number): void {
    if (cseq === this.#unconfirmed?.cseq) this.stop();
  }

  stop(): void {
    this.#unconfirmed?.cancel();
    this.#unconfirmed = undefined;
  }

  #replyTo(request: IncomingRequestMessage): Reply {
    if (request.cseq < this.#lastCseq) return { status: 500 }; // RFC 3261 §12.2.2
    this.#lastCseq = request.cseq;
    const headers = [`Contact: ${this.#host.contact}`, ALLOW, ...sessionTimer(request)];
    const type = request.getHeader("content-type") ?? "";
    if (request.body && !type.toLowerCase().startsWith(SDP)) return { status: 415, headers: [`Accept: ${SDP}`] };
    if (request.body) return { status: 200, headers, body: bodyOf(SDP, this.#media.answer(request.body)) };
    if (request.method === "UPDATE") return { status: 200, headers };
    return { status: 200, headers, body: bodyOf(SDP, this.#media.description) };
  }

  /** RFC 3261 §13.3.1.4; beyond what the transport repeats, since a 2xx is answered end to end. */
  #repeat(response: string, cseq: number): void {
    this.stop();
    const { clock, stack } = this.#host;
    const giveUp = clock.now() + 64 * T1;
    let interval = T1;
    const wait = (): Cancel => clock.at(Math.min(clock.now() + interval, giveUp), again);
    const again = (): void => {
      if (clock.now() >= giveUp) {
        this.stop();
        this.#unheard();
        return;
      }
      stack.repeat(response);
      interval = Math.min(2 * interval, T2);
      unconfirmed.cancel = wait();
    };
    const unconfirmed = { cseq, cancel: wait() };
    this.#unconfirmed = unconfirmed;
  }
}

/** Grants a refresh of the session, and leaves the next one to the PBX too (RFC 4028 §9, table 2). */
function sessionTimer(request: IncomingRequestMessage): string[] {
  const [interval] = /^\d+/.exec(request.getHeader("session-expires") ?? "") ?? [];
  return interval === undefined
    ? []
    : [`Session-Expires: ${interval};refresher=uac`, "Require: timer", "Supported: timer"];
}
