import { SystemClock } from "../../drivers/system-clock.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { SimPbx, type SimPbxOptions } from "../../sim/pbx/pbx.ts";
import { type PhoneOptions, SimPhone } from "../../sim/phone/phone.ts";
import { cseq, type Message, parse } from "../../sim/sip/message.ts";
import type { Trace } from "../../sim/sip/wire.ts";
import { Panel } from "./panel.ts";

/** For a PBX whose time only moves when told to. */
export function standingClock(): ManualClock {
  const now = new SystemClock();
  return new ManualClock(now.now(), now.wall());
}

/** A PBX with phones and panels for one test; close() leaves nothing. */
export class Office {
  readonly clock = new SystemClock();
  readonly pbx: SimPbx;
  server = { host: "", port: 0 };
  readonly #received = new Map<string, Message[]>();
  readonly #parts: { stop(): Promise<void> }[] = [];

  readonly #pbxClock: Clock;

  constructor(options: Partial<SimPbxOptions> = {}) {
    this.#pbxClock = options.clock ?? this.clock;
    this.pbx = new SimPbx({ clock: this.clock, ...options });
  }

  async open(): Promise<this> {
    this.server = await this.pbx.start();
    return this;
  }

  async close(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.stop()));
    const stopped = this.pbx.stop();
    if (this.#pbxClock instanceof ManualClock) this.#pbxClock.advance(1000);
    await stopped;
  }

  async phone(number: string, options: Partial<PhoneOptions> = {}): Promise<SimPhone> {
    const { clock, server } = this;
    const received: Message[] = [];
    const seen = new Set<string>();
    this.#received.set(number, received);
    const trace: Trace = (direction, text, flow) => {
      if (direction === "in" && !seen.has(text)) {
        seen.add(text);
        const message = parse(Buffer.from(text));
        if (message) received.push(message);
      }
      options.trace?.(direction, text, flow);
    };
    const phone = new SimPhone({ number, password: `pw${number}`, server, clock, ...options, trace });
    await phone.start();
    this.#parts.push(phone);
    return phone;
  }

  /** What that phone got since this was last asked, repetitions and the answers to its REGISTERs left out. */
  received(number: string): readonly Message[] {
    const all = this.#received.get(number)?.splice(0) ?? [];
    return all.filter((message) => cseq(message).method !== "REGISTER");
  }

  async panel(transport: "udp" | "tcp" = "udp", user = "panel1", password = `pw${user}`): Promise<Panel> {
    const panel = new Panel(this.clock, { ...this.server, transport }, user, password);
    await panel.start();
    this.#parts.push(panel);
    return panel;
  }
}
