import type { Millis } from "../../firmware/domain/millis.ts";
import { phraseOf } from "../sip/reply.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import type { Channel } from "./channel.ts";
import type { RingProgress } from "./ring.ts";
import { ALLOW, ALLOW_EVENTS, contactOf, SUPPORTED } from "./trunk.ts";

/** After which Asterisk takes the ringing that it plays to the caller for an answer. */
const RINGBACK: Millis = 20;

/** Seconds that the subscription made by a REFER may last. */
const LIFETIME = 600;

/** The implicit subscription of one REFER: what the phone that sent it is told of its outcome (RFC 3515 §2.4). */
export class Referral {
  readonly #channel: Channel;
  #over = false;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  accept(refer: ServerTransaction): void {
    const { trunk, flow } = this.#channel;
    refer.respond({
      status: 202,
      phrase: "Accepted",
      headers: [["Expires", String(LIFETIME)], contactOf(trunk, flow), ALLOW, SUPPORTED],
    });
  }

  /**
   * What it tells of a leg that is sent on. A pickup ends with 503, too, whether it worked or not: it ends the dialplan that
   * the transfer waits for (Asterisk 22).
   */
  get progress(): RingProgress {
    const { clock } = this.#channel.trunk;
    return {
      ringing: () => {
        this.tell(180, false);
        clock.at(clock.now() + RINGBACK, () => this.tell(200, true));
      },
      answered: () => this.tell(200, true),
      ended: () => this.tell(503, true),
    };
  }

  /** One NOTIFY; nothing follows the final one. */
  tell(status: number, final: boolean): void {
    if (this.#over) return;
    this.#over = final;
    const { trunk, flow } = this.#channel;
    void this.#channel.ask(
      "NOTIFY",
      [
        contactOf(trunk, flow),
        ["Event", "refer"],
        ["Subscription-State", final ? "terminated;reason=noresource" : `active;expires=${LIFETIME - 1}`],
        ALLOW_EVENTS,
        ["Content-Type", "message/sipfrag;version=2.0"],
      ],
      `SIP/2.0 ${status} ${phraseOf(status)}\r\n`,
    );
  }
}
