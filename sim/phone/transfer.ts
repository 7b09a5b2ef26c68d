import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Request } from "../sip/message.ts";

/** How long one who transfers waits to hear what became of it. */
const NO_WORD: Millis = 10_000;

/** What is told of one REFER of ours (RFC 3515 §2.4). */
export class Transfer {
  /** The first status that says where it has got, 180 for one that rings; 408 where there is no word. */
  readonly outcome: Promise<number>;
  #tell: (status: number) => void = () => undefined;

  constructor(clock: Clock) {
    this.outcome = new Promise((resolve) => {
      const giveUp = clock.at(clock.now() + NO_WORD, () => resolve(408));
      this.#tell = (status) => {
        giveUp();
        resolve(status);
      };
    });
  }

  /** The first counts. */
  end(status: number): void {
    this.#tell(status);
  }

  /** A NOTIFY in the call's dialog. */
  notified({ headers, body }: Request): void {
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(body)?.[1]);
    const isLast = headers.get("Subscription-State")?.startsWith("terminated");
    // It rings where the call was sent: whoever transfers is out of it, as a telephone's user is. Asterisk has no last word until
    // somebody answers there.
    if (headers.get("Event") === "refer" && (isLast ? status > 0 : status >= 180)) this.end(status);
  }
}
