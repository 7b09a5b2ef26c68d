import { SystemClock } from "../../drivers/system-clock.ts";
import { SimPbx } from "../../sim/pbx/pbx.ts";
import { SimPhone } from "../../sim/phone/phone.ts";
import type { PbxLineState, Phone, PhoneHabit, TestPbx } from "./phone.ts";

/** The simulated PBX as the flows want one. `transport` is that of its phones. */
export function simTestPbx(transport: "udp" | "tcp" = "udp"): TestPbx {
  return new SimTestPbx(transport);
}

class SimTestPbx implements TestPbx {
  readonly name = "the simulated PBX";
  readonly #clock = new SystemClock();
  readonly #pbx = new SimPbx({ clock: this.#clock });
  readonly #transport: "udp" | "tcp";
  #server = { host: "127.0.0.1", port: 0 };

  constructor(transport: "udp" | "tcp") {
    this.#transport = transport;
  }

  get host(): string {
    return this.#server.host;
  }

  get port(): number {
    return this.#server.port;
  }

  async start(): Promise<void> {
    this.#server = await this.#pbx.start();
  }

  /** Registrations and subscriptions come back, as from Asterisk's database. */
  kill(): Promise<void> {
    return this.#pbx.kill("kept");
  }

  stop(): Promise<void> {
    return this.#pbx.stop();
  }

  phone(number: string, habit: PhoneHabit): Phone {
    const server = { ...this.#server, transport: this.#transport };
    return new SimPhone({ number, password: `pw${number}`, server, clock: this.#clock, habit });
  }

  async channels(): Promise<number> {
    return this.#pbx.channels;
  }

  async lineState(number: string): Promise<PbxLineState> {
    return this.#pbx.lineState(number);
  }
}
