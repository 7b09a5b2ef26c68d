import { describe } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { SimPbx } from "../../sim/pbx/pbx.ts";
import type { PhoneManners } from "../../sim/phone/calls.ts";
import { SimPhone } from "../../sim/phone/phone.ts";
import { type ProxyPbx, replacesBench, replacesFlows } from "./replaces.ts";

/** As Kamailio; but it stands between the ends of a call, and so it is itself who knows Replaces. */
class SimProxy implements ProxyPbx<SimPhone> {
  readonly host = "127.0.0.1";
  readonly dial = "*80102";
  readonly cancelledFor = ["Q.850;cause=0"];
  readonly log = "";
  readonly #clock = new SystemClock();
  readonly #pbx = new SimPbx({ clock: this.#clock, habits: "kamailio" });
  #port = 0;

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    this.#port = (await this.#pbx.start()).port;
  }

  stop(): Promise<void> {
    return this.#pbx.stop();
  }

  phone(number: string, manners: PhoneManners = {}): SimPhone {
    const server = { host: this.host, port: this.port };
    return new SimPhone({ number, password: `pw${number}`, server, clock: this.#clock, ...manners });
  }

  caller(): SimPhone {
    return this.phone("100");
  }

  async isCalm(): Promise<boolean> {
    return this.#pbx.dialogs === 0;
  }
}

const pbx = new SimProxy();

describe("pickup by Replaces on a simulated PBX with Kamailio's habits", () => {
  replacesFlows(pbx, replacesBench(pbx), { options: () => ({}), noted: () => undefined });
});
