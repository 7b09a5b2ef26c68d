import type { IncomingRequestMessage, IncomingResponseMessage } from "sip.js/lib/core/index.js";
import type { Millis } from "../domain/millis.ts";
import type { Cancel, Clock } from "../hal/clock.ts";
import type { Leg as AgentLeg, LegEvents, Response } from "./agent.ts";
import { ALLOW } from "./allow.ts";
import { type Account, Credentials, TOO_WEAK } from "./credentials.ts";
import { type Draft, messageOf } from "./message.ts";
import { Renegotiation } from "./renegotiation.ts";
import { challengesIn, localResponse, ReceivedResponse } from "./response.ts";
import { SessionTimer } from "./session-timer.ts";
import type { InviteClient, Reply, Stack } from "./stack.ts";
import { addressIn } from "./uri.ts";

/** 64·T1 (RFC 3261 §9.1). */
const ANSWER_TO_CANCEL: Millis = 32_000;

/** What a leg needs of the user agent that it belongs to. */
export interface LegHost {
  readonly clock: Clock;
  readonly stack: Stack;
  readonly account: Account;
  readonly aor: string;
  readonly contact: string;
  readonly up: boolean;
  onLink(listener: (up: boolean) => void): Cancel;
  /** A request with its challenges; fails with 503 while the link is down. */
  exchange(draft: Omit<Draft, "cseq">, nextCseq: () => number, final: (response: Response) => void): void;
  /** No more requests need to be brought to this leg. */
  release(leg: Leg): void;
}

/** What a leg is to be. */
export interface LegSpec {
  readonly callId: string;
  readonly localTag: string;
  readonly target: string;
  /** Of the INVITE; those of the dialog are its own. */
  readonly routes: readonly string[];
  /** Whole header lines for the INVITE. */
  readonly headers: readonly string[];
  readonly sdp: string;
}

/** Who answered: the far end of the dialog (RFC 3261 §12). */
interface Remote {
  readonly tag: string;
  readonly routes: readonly string[];
  readonly target: string;
}

/**
 * A call that we placed. It owns its dialog.
 *
 *   calling ──2xx: ACK──▶ talking ──end(): BYE──▶ leaving ──answer──▶ over
 *     │  │                   └───────────BYE from them───────────────▲ ▲
 *     │  └──refused──────────────────────────────────────────────────┘ │
 *     └──end(): CANCEL──▶ cancelling ──refused: mostly 487─────────────┘
 *                                    ──2xx: ACK, BYE──▶ leaving
 *
 * A call that is cancelled and answered all the same tells `ended` and never `accepted`, or `answeredLate` and is talking.
 */
export class Leg implements AgentLeg {
  readonly #host: LegHost;
  readonly #spec: LegSpec;
  readonly #events: LegEvents;
  readonly #credentials: Credentials;
  readonly #renegotiation: Renegotiation;
  readonly #session = new SessionTimer();
  readonly #nextCseq: () => number;
  #stage: "calling" | "cancelling" | "talking" | "leaving" | "over" = "calling";
  #told = false;
  #client: InviteClient | undefined;
  #remote: Remote | undefined;
  #cseq = 0;
  #notifyCseq = 0;
  #referring = false;
  #patience: Cancel = () => undefined;

  constructor(host: LegHost, spec: LegSpec, events: LegEvents) {
    this.#host = host;
    this.#spec = spec;
    this.#events = events;
    this.#credentials = new Credentials(host.account);
    this.#renegotiation = new Renegotiation(host, spec.sdp, () => this.end());
    this.#nextCseq = () => ++this.#cseq;
  }

  get callId(): string {
    return this.#spec.callId;
  }

  get replaceable(): string | undefined {
    if (this.#stage !== "talking" || !this.#remote) return undefined;
    const { callId, localTag, target } = this.#spec;
    // RFC 3891 §3: each tag as the one who is sent there has to see it.
    const replaces = `${callId};to-tag=${this.#remote.tag};from-tag=${localTag}`;
    return `${target}?Replaces=${encodeURIComponent(replaces)}`;
  }

  start(): void {
    if (this.#host.up) this.#invite();
    else queueMicrotask(() => this.lost());
  }

  refer(target: string, answered: (response: Response) => void): void {
    if (this.#stage !== "talking" || !this.#remote || this.#referring) {
      const status = this.#referring ? 491 : 481;
      queueMicrotask(() => answered(localResponse(status, "No REFER possible now", this.#cseq)));
      return;
    }
    this.#referring = true;
    const headers = [`Refer-To: <${target}>`, `Referred-By: <${this.#host.aor}>`, `Contact: ${this.#host.contact}`];
    this.#host.exchange(this.#draft("REFER", this.#remote, headers), this.#nextCseq, (response) => {
      this.#referring = false;
      answered(response);
    });
  }

  end(): void {
    if (this.#stage === "talking") this.#bye();
    if (this.#stage !== "calling") return;
    this.#giveUp();
    // RFC 3261 §9.1: not before the first 1xx, for which sip.js waits. A call in progress has no limit there.
    this.#client?.cancel();
  }

  #giveUp(): void {
    if (this.#stage !== "calling") return;
    this.#stage = "cancelling";
    const { clock } = this.#host;
    this.#patience = clock.at(clock.now() + ANSWER_TO_CANCEL, () => this.#reject(408, "Request Timeout"));
  }

  /** The link is down: a call in progress has failed, unless a late answer is of use. One that is up stays its owner's. */
  lost(): void {
    if (this.#stage !== "calling" && this.#stage !== "cancelling") return;
    const client = this.#client;
    if (this.#events.answeredLate && client) this.#giveUp();
    else this.#reject(503, "Service Unavailable");
    // The PBX's answer cannot reach us any more, so it should not go on with the call.
    if (client) this.#whenUp(() => client.cancel());
  }

  /** A request within the dialog, as far as Call-ID and our tag go. */
  receive(request: IncomingRequestMessage): void {
    const { stack } = this.#host;
    const known = this.#remote !== undefined && request.fromTag === this.#remote.tag;
    if (request.method === "ACK") this.#renegotiation.acknowledged(request.cseq);
    else if (!known) stack.reply(request, this.#remote ? { status: 481 } : this.#early(request));
    else if (request.method === "BYE") this.#left(request);
    else if (request.method === "NOTIFY") this.#notified(request);
    else if (request.method === "INVITE" || request.method === "UPDATE") this.#renegotiated(request);
    else stack.reply(request, { status: 405, headers: [ALLOW] });
  }

  #invite(): void {
    const { target, sdp, headers } = this.#spec;
    const cseq = this.#nextCseq();
    const granted = this.#credentials.headers("INVITE", target, sdp);
    const lines = [`Contact: ${this.#host.contact}`, ALLOW, ...this.#session.headers, ...headers, ...granted];
    const body = { type: "application/sdp", text: sdp };
    const refused = ({ message }: { readonly message: IncomingResponseMessage }) => this.#refused(message, cseq);
    const client = this.#host.stack.invite(messageOf({ ...this.#draft("INVITE", undefined, lines), cseq, body }), {
      onProgress: ({ message }) => {
        if (this.#stage === "calling") this.#events.progress?.(new ReceivedResponse(message, cseq));
      },
      onAccept: ({ message }) => this.#accepted(client, new ReceivedResponse(message, cseq), granted),
      onRedirect: refused,
      onReject: refused,
    });
    this.#client = client;
  }

  /** Comes once for each fork that answers; repetitions get their ACK from sip.js. */
  #accepted(client: InviteClient, response: Response, granted: readonly string[]): void {
    const { toTag: tag, routes, contact: target = this.#spec.target } = response;
    if (tag === undefined) return; // No dialog, and so no way to acknowledge it.
    const remote: Remote = { tag, routes, target };
    // RFC 3261 §13.2.2.4: with the number and the credentials of the INVITE.
    client.acknowledge(messageOf({ ...this.#draft("ACK", remote, granted), cseq: response.cseq }));
    if (this.#stage === "calling") {
      this.#remote = remote;
      this.#stage = "talking";
      this.#events.accepted(response);
    } else if (this.#stage === "cancelling") {
      this.#patience();
      this.#remote = remote;
      if (this.#events.answeredLate) {
        this.#stage = "talking";
        this.#events.answeredLate(response);
      } else this.#bye();
    } else {
      this.#host.exchange(this.#draft("BYE", remote, []), this.#nextCseq, () => undefined);
    }
  }

  #refused(message: IncomingResponseMessage, cseq: number): void {
    const challenged = message.statusCode === 401 || message.statusCode === 407;
    if (challenged && this.#stage === "cancelling") this.#reject(487, "Request Terminated");
    else if (challenged && this.#stage === "calling" && this.#credentials.take(challengesIn(message))) this.#invite();
    else if (challenged && this.#credentials.tooWeak) this.#reject(TOO_WEAK.status, TOO_WEAK.phrase);
    else if (
      message.statusCode === 422 &&
      this.#stage === "calling" &&
      this.#session.lengthen(message.getHeader("min-se"))
    )
      this.#invite();
    else this.#rejectWith(new ReceivedResponse(message, cseq));
  }

  #reject(status: number, phrase: string): void {
    this.#rejectWith(localResponse(status, phrase, this.#cseq));
  }

  #rejectWith(response: Response): void {
    if (this.#stage !== "calling" && this.#stage !== "cancelling") return;
    this.#over();
    this.#told = true;
    this.#events.rejected(response);
  }

  #bye(): void {
    if (this.#stage === "over" || !this.#remote) return;
    this.#stage = "leaving";
    this.#host.exchange(this.#draft("BYE", this.#remote, []), this.#nextCseq, () => {
      // While the link is down the PBX has not heard it, and a call that nobody holds must not stay on a phone.
      if (this.#host.up) this.#over();
      else this.#whenUp(() => this.#bye());
      this.#tellEnded("us");
    });
  }

  #left(request: IncomingRequestMessage): void {
    this.#host.stack.reply(request, { status: 200 });
    this.#over();
    this.#tellEnded("them");
  }

  /** A last NOTIFY without a status line is told with status 0: the PBX does not say what became of the transfer. */
  #notified(request: IncomingRequestMessage): void {
    const ofRefer = /^\s*refer\b/i.test(request.getHeader("event") ?? "");
    this.#host.stack.reply(request, { status: ofRefer ? 200 : 481 });
    if (!ofRefer || request.cseq < this.#notifyCseq || this.#told) return;
    this.#notifyCseq = request.cseq;
    const status = Number(/^\s*SIP\/2\.0\s+(\d{3})\b/.exec(request.body ?? "")?.[1] ?? 0);
    const final = /^\s*terminated\b/i.test(request.getHeader("subscription-state") ?? "");
    if (status > 0 || final) this.#events.sipfrag(status, final);
  }

  #renegotiated(request: IncomingRequestMessage): void {
    if (!this.#renegotiation.take(request) || !this.#remote) return;
    const contact = addressIn(request.getHeader("contact") ?? "");
    if (contact !== undefined) this.#remote = { ...this.#remote, target: contact }; // RFC 3261 §12.2.2
  }

  /** Before the answer. A PBX may tell of the phone that rings by an UPDATE without SDP; an offer would cross ours. */
  #early({ method, body }: IncomingRequestMessage): Reply {
    if (method === "UPDATE" && !body) return { status: 200, headers: [`Contact: ${this.#host.contact}`, ALLOW] };
    return { status: method === "UPDATE" || method === "INVITE" ? 491 : 481 }; // RFC 3261 §14.2, RFC 3311 §5.2
  }

  #draft(method: string, remote: Remote | undefined, headers: readonly string[]): Omit<Draft, "cseq"> {
    const { target, routes, callId, localTag } = this.#spec;
    return {
      method,
      target: remote?.target ?? target,
      from: this.#host.aor,
      to: target,
      callId,
      localTag,
      remoteTag: remote?.tag,
      routes: remote?.routes ?? routes,
      headers,
      body: undefined,
    };
  }

  #whenUp(run: () => void): void {
    const cancel = this.#host.onLink((up) => {
      if (!up) return;
      cancel();
      run();
    });
  }

  #tellEnded(by: "them" | "us"): void {
    if (this.#told) return;
    this.#told = true;
    this.#events.ended(by);
  }

  #over(): void {
    this.#stage = "over";
    this.#patience();
    this.#renegotiation.stop();
    this.#host.release(this);
  }
}
