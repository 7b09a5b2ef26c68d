import type { KeySettings } from "../../../firmware/domain/key-settings.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import { Secret } from "../../../firmware/domain/secret.ts";
import type { LandingName } from "../../../firmware/domain/settings.ts";
import type { Task } from "../../../firmware/domain/task.ts";
import { Pickup, type Tried } from "../../../firmware/sip/pickup/pickup.ts";
import type { Lines } from "../../../firmware/sip/pickup/sight.ts";
import { UserAgent } from "../../../firmware/sip/user-agent.ts";
import { Watcher } from "../../../firmware/sip/watcher.ts";
import { Ether } from "../../../sim/ether/ether.ts";
import { EtherAudio, EtherTransport } from "../../../sim/ether/ether-transport.ts";
import { Passage } from "../../../sim/ether/passage.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import type { PbxEvent } from "../../../sim/pbx/event.ts";
import { SimPbx } from "../../../sim/pbx/pbx.ts";
import type { PhoneManners } from "../../../sim/phone/calls.ts";
import { SimPhone } from "../../../sim/phone/phone.ts";
import { silentLog } from "../../recording-log.ts";

export const DEADLINE: Millis = 4000;
/** Silence after which the panel takes the PBX for gone. */
const ALIVE: Millis = 5000;
const PBX = "192.0.2.1";
const PANEL = "192.0.2.7";
export const DESK = "102";

const key = (line: string): KeySettings => ({ id: line, label: line, kind: "line", line, pickup: true, idle: {} });

/** An office on a network in memory: the simulated PBX, phones, and a panel whose SIP is the real one. */
export class Office {
  readonly clock = new ManualClock();
  readonly ether = new Ether(this.clock);
  readonly pbx = new SimPbx({
    clock: this.clock,
    host: PBX,
    port: 5060,
    datagrams: this.ether.socket,
    mediaWait: 500,
    ringTime: 600_000,
  });
  readonly phones = new Map<string, SimPhone>();
  /** Of the desk phone; may be changed while it lives. */
  readonly manners: { -readonly [Name in keyof PhoneManners]: PhoneManners[Name] } = { habit: "answers-on-header" };
  readonly events: PbxEvent[] = [];
  readonly stop = new AbortController();
  readonly agent: UserAgent;
  readonly watcher: Watcher;
  readonly pickup: Pickup;
  readonly #passage = new Passage(this.clock);
  /** Attempts that still watch their lines, because something of theirs may not be over. */
  watching = 0;

  constructor(landings: readonly LandingName[], random: () => number) {
    const { clock, ether } = this;
    this.pbx.onEvent((event) => this.events.push(event));
    ether.meddled = PANEL;
    const account = { user: "panel1", password: new Secret("pwpanel1") };
    this.agent = new UserAgent({
      pbx: { host: PBX, port: 5060, transport: "udp", ...account, alive: ALIVE },
      clock,
      log: silentLog,
      localAddress: PANEL,
      random,
      transport: (_, options) => new EtherTransport(options, ether, PANEL),
    });
    const parts = { agent: this.agent, clock, log: silentLog };
    this.watcher = new Watcher({ ...parts, random }, ["101", "103", DESK]);
    this.pickup = new Pickup({
      ...parts,
      audio: new EtherAudio(ether),
      lines: this.#lines(),
      settings: {
        pickup: {
          phone: { line: DESK, dial: `*80${DESK}`, whenBusy: "refuse" },
          landings,
          method: "auto",
          deadline: DEADLINE,
        },
        profile: {
          name: "asterisk",
          title: "Asterisk",
          watch: "dialog",
          pickup: { directed: "**{line}", ringGroup: "*9{line}", group: "*77", replaces: false },
          offline: "never",
          transfers: "pbx",
        },
        scope: { groups: {}, pickup: "pbx", hours: {} },
        keys: [key("101"), key("103")],
      },
    });
  }

  /** Everybody is registered, and every line is seen. */
  async open(numbers: readonly string[]): Promise<void> {
    await this.#passage.whilst(this.pbx.start());
    const server = { host: PBX, port: 5060 };
    for (const [i, number] of numbers.entries()) {
      const known = { number, password: `pw${number}`, server, clock: this.clock, datagrams: this.ether.socket };
      const manners = number === DESK ? this.manners : {};
      const phone = new SimPhone(Object.assign(manners, { ...known, host: `192.0.2.${100 + i}` }));
      this.phones.set(number, phone);
    }
    await this.#passage.whilst(Promise.all([...this.phones.values()].map((phone) => phone.start())));
    this.watcher.start();
    this.pickup.start();
    await this.#passage.whilst(this.agent.start());
    await this.until(() => ["101", "103", DESK].every((line) => this.watcher.view(line).state === "idle"));
  }

  phone(number: string): SimPhone {
    const phone = this.phones.get(number);
    if (!phone) throw new Error(`no phone ${number}`);
    return phone;
  }

  attempt(task: Task): Promise<Tried> {
    return this.pickup.attempt(task, this.stop.signal);
  }

  /** Whether that phone hears the other one, or heard it at or after that moment. */
  hears(listener: string, speaker: string, since: Millis): boolean {
    const port = Number(this.phone(speaker).mediaAddress.split(":")[1]);
    return (this.ether.heard(this.phone(listener).mediaAddress, port) ?? -1) >= since;
  }

  /** Lets time pass, each thing at its moment, with all that comes of it before the next. */
  run(until: Millis, stop?: () => boolean): Promise<void> {
    return this.#passage.run(until, stop);
  }

  until(seen: () => boolean): Promise<void> {
    return this.#passage.until(seen);
  }

  async close(): Promise<void> {
    this.pickup.stop();
    await this.#passage.whilst(Promise.all([this.watcher.stop(), this.agent.stop()]));
    await this.pbx.kill();
  }

  #lines(): Lines {
    return {
      view: (line) => this.watcher.view(line),
      dialogs: (line) => this.watcher.dialogs(line),
      onReport: (listener) => {
        this.watching++;
        const cancel = this.watcher.onReport(listener);
        return () => {
          this.watching--;
          cancel();
        };
      },
    };
  }
}
