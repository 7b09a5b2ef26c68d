import type { TestContext } from "vitest";
import type { LineId } from "../../../firmware/domain/line.ts";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import type { SimPhone } from "../../../sim/phone/phone.ts";
import type { Habits } from "./files.ts";
import { Kamailio } from "./kamailio.ts";
import { type Patience, SOON, Watch } from "./watch.ts";

export interface SceneOptions extends Patience {
  readonly habits?: Habits;
}

/** A Kamailio of a test's own, a registered phone on every line, and a panel that watches them all. Ends with the test. */
export class Scene {
  readonly pbx: Kamailio;
  readonly lines: readonly LineId[];
  readonly #phones = new Map<LineId, SimPhone>();
  readonly #transport: SipTransportName;
  readonly #patience: Patience;
  #watch: Watch | undefined;

  constructor(transport: SipTransportName, lines: readonly LineId[], { habits, ...patience }: SceneOptions) {
    this.pbx = new Kamailio(habits);
    this.lines = lines;
    this.#transport = transport;
    this.#patience = patience;
  }

  get watch(): Watch {
    if (this.#watch === undefined) throw new Error("nobody watches yet");
    return this.#watch;
  }

  async start({ onTestFinished, onTestFailed }: TestContext): Promise<this> {
    onTestFinished(() => this.#stop());
    onTestFailed(() => {
      process.stderr.write(`what Kamailio said: ${this.pbx.log.slice(-4000)}\n`);
    });
    await this.pbx.start();
    for (const line of this.lines) this.#phones.set(line, this.pbx.phone(line));
    await Promise.all([...this.#phones.values()].map((phone) => phone.start()));
    this.#watch = new Watch(this.pbx, this.#transport, this.lines, this.#patience);
    await this.#watch.start();
    return this;
  }

  phone(line: LineId): SimPhone {
    const phone = this.#phones.get(line);
    if (phone === undefined) throw new Error(`there is no phone ${line}`);
    return phone;
  }

  /** It rings when this resolves. */
  async call(from: LineId, to: LineId): Promise<void> {
    await this.phone(from).call(to);
    await this.phone(to).until("ringing", SOON);
    await this.watch.lamp(to, "ringing");
  }

  async #stop(): Promise<void> {
    await this.#watch?.stop();
    await this.pbx.stop();
  }
}
