import type { LineId } from "../../firmware/domain/line.ts";
import type { Cancel } from "../../firmware/hal/clock.ts";
import type { Notify, RequestSpec, Response, Unsolicited } from "../../firmware/sip/agent.ts";
import { UserAgent, type UserAgentOptions } from "../../firmware/sip/user-agent.ts";
import type { Note } from "./truth.ts";

/** A user agent that notes the state of its link and every NOTIFY that it gets, before anybody else hears of them. */
export class TappedAgent extends UserAgent {
  readonly #clock: UserAgentOptions["clock"];
  readonly #note: (note: Note) => void;
  /** Whom each subscription is about, by Call-ID. */
  readonly #watched = new Map<string, LineId>();

  constructor(options: UserAgentOptions, note: (note: Note) => void) {
    super(options);
    this.#clock = options.clock;
    this.#note = note;
    this.onLink((up, why) => note({ kind: "link", up, ...(why !== undefined && { why }), at: this.#clock.now() }));
  }

  override request(spec: RequestSpec, final: (response: Response) => void): void {
    const { to = spec.target, method, identity } = spec;
    if (method === "SUBSCRIBE") this.#watched.set(identity.callId, userOf(to));
    super.request(spec, final);
  }

  override claim(callId: string, handle: (notify: Notify) => void): Cancel {
    return super.claim(callId, (notify) => {
      const event = notify.event.split(";", 1)[0]?.trim() ?? "";
      const active = notify.subscriptionState.startsWith("active");
      const at = this.#clock.now();
      for (const line of this.#told(callId, notify)) this.#note({ kind: "notify", line, event, active, at });
      handle(notify);
    });
  }

  override onUnsolicited(event: string, listener: (notify: Unsolicited) => void): Cancel {
    return super.onUnsolicited(event, (notify) => {
      this.#note({ kind: "notify", line: userOf(notify.to), event, active: true, at: this.#clock.now() });
      listener(notify);
    });
  }

  /** A NOTIFY of a list tells of every resource that it names (RFC 4662 §5.1), any other of the line it is about. */
  #told(callId: string, { contentType, body }: Notify): readonly LineId[] {
    if (!contentType.startsWith("multipart/related")) return [this.#watched.get(callId) ?? "?"];
    return [...body.matchAll(/<(?:\w+:)?resource\b[^>]*\buri="([^"]+)"/g)].map(([, uri = ""]) => userOf(uri));
  }
}

function userOf(uri: string): LineId {
  return /^sips?:([^@;>]+)/.exec(uri)?.[1] ?? uri;
}
