import type { Cancel } from "../hal/clock.ts";

/** A response as the parts above the SIP stack need it. 408 and 503 also stand for a timeout and a dead transport (RFC 3261 §8.1.3.1). */
export interface Response {
  readonly status: number;
  readonly phrase: string;
  /** First header of that name, long form, any case. */
  header(name: string): string | undefined;
  /** To-tag, once there is one. */
  readonly toTag: string | undefined;
  /** CSeq of the request that this answers: higher than the one asked for where a challenge came between. */
  readonly cseq: number;
  /** Record-Route, in the order in which a request of ours has to list them as Route. */
  readonly routes: readonly string[];
  /** URI of the first Contact. */
  readonly contact: string | undefined;
  readonly body: string;
}

/** What a dialog's owner keeps between requests (RFC 3261 §12). */
export interface Identity {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag?: string;
  /** Sequence number of this request. */
  readonly cseq: number;
  /** Route set; loose routers only (RFC 3261 §12.2.1.1). */
  readonly routes: readonly string[];
}

export interface RequestSpec {
  readonly method: string;
  /** Request-URI. */
  readonly target: string;
  /** URI of To, without tag; the target where absent. */
  readonly to?: string;
  readonly identity: Identity;
  /** Whole header lines without line ends: "Event: dialog". */
  readonly headers: readonly string[];
  readonly body?: { readonly type: string; readonly text: string };
}

/** A NOTIFY on its way to the owner of its dialog. */
export interface Notify {
  readonly fromTag: string;
  readonly cseq: number;
  readonly event: string;
  /** Subscription-State, whole (RFC 6665 §8.2.3); "" where it is missing. */
  readonly subscriptionState: string;
  readonly contentType: string;
  readonly body: string;
  readonly routes: readonly string[];
  readonly contact: string | undefined;
  /** Exactly once, before the handler returns. */
  reply(status: number, phrase?: string): void;
}

/** A NOTIFY outside of every dialog. RFC 6665 knows no such thing, but many PBXs tell of messages that way. */
export interface Unsolicited {
  /** URI of To: whom the PBX tells. */
  readonly to: string;
  readonly contentType: string;
  readonly body: string;
}

export interface LegEvents {
  /** 1xx above 100. */
  progress?(response: Response): void;
  /** 2xx; ACK has gone out. */
  accepted(response: Response): void;
  /** 2xx although the call was cancelled; ACK has gone out, and the call is up. Without this, such a call is ended with BYE. */
  answeredLate?(response: Response): void;
  /** Final answer of 300 and above, or none in time (408). Nothing follows. */
  rejected(response: Response): void;
  /** Last line of a NOTIFY about our REFER (RFC 3515 §2.4.4): what became of it, as far as the PBX says. */
  sipfrag(status: number, final: boolean): void;
  /** An accepted leg is over: they sent BYE, or our BYE was answered or timed out. Nothing follows. */
  ended(by: "them" | "us"): void;
}

/** A call that we placed. */
export interface Leg {
  /** URI that makes whoever is sent to it take this call over (RFC 3891 §3, RFC 3261 §19.1.1); undefined unless it is up. */
  readonly replaceable: string | undefined;
  /** In-dialog REFER; one at a time. */
  refer(target: string, answered: (response: Response) => void): void;
  /**
   * CANCEL or BYE, as its stage needs; a 200 that crosses the CANCEL is acknowledged and ended with BYE. Idempotent,
   * harmless after the end.
   */
  end(): void;
}

/** What registration, subscriptions and pickups need of the SIP stack. */
export interface Agent {
  /** Connected, and a sign of life from the PBX within the configured time. */
  readonly up: boolean;
  /** Told of each change, in order of subscription to it. `why` is a sentence for a person when the link is down. */
  onLink(listener: (up: boolean, why?: string) => void): Cancel;
  /** Our address of record: sip:panel1@pbx.example.org. */
  readonly aor: string;
  /** Where the PBX reaches us, with brackets: <sip:panel1@192.0.2.7:40123>. Valid while up. */
  readonly contact: string;
  /** The URI of a number or code at the PBX: "**101" → sip:**101@pbx.example.org:5060. Escapes what a user part may not hold. */
  uri(user: string): string;
  newCallId(): string;
  newTag(): string;
  /** Sends one request, answering challenges. `final` is called exactly once, never inside this call. Not for INVITE. */
  request(spec: RequestSpec, final: (response: Response) => void): void;
  /** Gives the NOTIFYs with this Call-ID to their owner, ahead of the general handling. Others are answered 481. */
  claim(callId: string, handle: (notify: Notify) => void): Cancel;
  /** NOTIFYs of that event, in lower case, that belong to no dialog. They are answered 200. */
  onUnsolicited(event: string, listener: (notify: Unsolicited) => void): Cancel;
  /** Places a call by way of the PBX, also where its target is elsewhere. Events never come inside this call. */
  invite(target: string, headers: readonly string[], sdp: string, events: LegEvents): Leg;
  /** Address that our media would use, for SDP. */
  readonly mediaAddress: string;
}
