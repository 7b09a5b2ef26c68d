import { SystemClock } from "../../drivers/system-clock.ts";
import { SimPbx, type SimPbxOptions } from "../../sim/pbx/pbx.ts";
import { type PhoneOptions, SimPhone } from "../../sim/phone/phone.ts";
import type { PbxWithMailboxes } from "./offline.ts";
import type { PbxLineState, Phone, PhoneHabit } from "./phone.ts";

/** The simulated PBX as the flows want one. `transport` is that of its phones. */
export function simTestPbx(
  transport: "udp" | "tcp" = "udp",
  options: Pick<SimPbxOptions, "events" | "lists" | "habits"> = {},
): SimTestPbx {
  return new SimTestPbx(transport, options);
}

export class SimTestPbx implements PbxWithMailboxes {
  readonly name = "the simulated PBX";
  readonly #clock = new SystemClock();
  readonly #pbx: SimPbx;
  readonly #transport: "udp" | "tcp";
  #server = { host: "127.0.0.1", port: 0 };

  constructor(transport: "udp" | "tcp", options: Pick<SimPbxOptions, "events" | "lists" | "habits">) {
    this.#transport = transport;
    this.#pbx = new SimPbx({ clock: this.#clock, ...options });
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
    const phone = new SimPhone({ number, password: `pw${number}`, server, clock: this.#clock, ...simHabit(habit) });
    if (typeof habit === "object" && "rejects" in habit) {
      phone.onState((state) => {
        if (state === "ringing") void phone.hangUp();
      });
    }
    return phone;
  }

  async channels(): Promise<number> {
    return this.#pbx.channels;
  }

  /** Subscriptions to the calls of a line, or to a list. */
  watchers(name: string): number {
    return this.#pbx.watchers(name);
  }

  async setMessages(number: string, count: number): Promise<void> {
    this.#pbx.putMessages(number, count, 0);
  }

  async lineState(number: string): Promise<PbxLineState> {
    return this.#pbx.lineState(number);
  }
}

function simHabit(habit: PhoneHabit): Pick<PhoneOptions, "habit" | "answerDelay"> {
  if (typeof habit === "string") return { habit };
  if ("answersAfter" in habit) return { habit: "answers", answerDelay: habit.answersAfter };
  if (habit.rejects !== 486) throw new Error(`a simulated phone rejects with 486, not with ${habit.rejects}`);
  return { habit: "manual" };
}
