import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import { SimPhone } from "../../sim/phone/phone.ts";
import { Conditions } from "../flows/until.ts";

/** Where it registers, by UDP. */
interface Server {
  readonly host: string;
  readonly port: number;
}

/** A phone that rings and is never answered, and when it was told to stop: the moment at which the CANCEL came out of its socket. */
export class Bell {
  readonly phone: SimPhone;
  readonly #conditions = new Conditions();
  #cancelledAt: Millis | undefined;

  /** @param clock the one that the moment is told by; with SystemClock it compares between processes */
  constructor(number: string, server: Server, clock: Clock) {
    this.phone = new SimPhone({
      number,
      password: `pw${number}`,
      server,
      clock,
      trace: (direction, text) => {
        if (direction === "out") return;
        if (text.startsWith("INVITE ")) this.#cancelledAt = undefined;
        if (text.startsWith("CANCEL ")) this.#cancelledAt = clock.now();
        this.#conditions.check();
      },
    });
  }

  start(): Promise<void> {
    return this.phone.start();
  }

  stop(): Promise<void> {
    return this.phone.stop();
  }

  /** The moment at which its last ring was ended. */
  silent(within: Millis): Promise<Millis> {
    return this.#conditions.until(
      `phone ${this.phone.number} told to stop ringing`,
      within,
      () => this.#cancelledAt,
      () => this.phone.state,
    );
  }
}
