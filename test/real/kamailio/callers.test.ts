import type { SimPhone } from "../../../sim/phone/phone.ts";
import { callerFlows, type PbxWithCallers } from "../../flows/callers.ts";
import { Kamailio } from "./kamailio.ts";

class WithCallers implements PbxWithCallers {
  readonly #kamailio = new Kamailio();

  get host(): string {
    return this.#kamailio.host;
  }

  get port(): number {
    return this.#kamailio.portOf("udp");
  }

  start(): Promise<void> {
    return this.#kamailio.start();
  }

  stop(): Promise<void> {
    return this.#kamailio.stop();
  }

  phone(number: string): SimPhone {
    return this.#kamailio.phone(number);
  }
}

/** It knows numbers and no names, of answered calls, too. */
const told = { ringing: { number: "100" }, talking: { number: "100" } };

callerFlows("udp", () => new WithCallers(), told);
callerFlows("tcp", () => new WithCallers(), told);
