import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Phone, PhoneHabit, PhoneState, Scripted } from "../flows/phone.ts";
import { type BaresipEvent, Control } from "./control.ts";
import { ownAddress } from "./own-address.ts";
import { Program } from "./program.ts";
import { unpacked } from "./unpacked.ts";

export type BaresipHabit = Exclude<PhoneHabit, Scripted>;

export interface BaresipSpec {
  readonly number: string;
  readonly password: string;
  readonly habit: BaresipHabit;
  readonly host: string;
  readonly port: number;
}

/** Account parameters by habit. */
const habits: Readonly<Record<BaresipHabit, string>> = {
  manual: "answermode=manual",
  answers: "answermode=auto",
  "answers-on-header": "answermode=manual;sip_autoanswer=yes",
};

const controlPort = 4444;
/** Bounds of waits on a busy machine, not speeds (ms). */
const startWithin = 15_000;
const hangUpWithin = 10_000;
/** To say goodbye, which nobody answers where the PBX is dead. */
const quitWithin = 4000;

/** What of its calls the phone shows, where it has several. */
const shown: readonly PhoneState[] = ["talking", "ringing", "calling"];

interface Waiter {
  readonly holds: () => boolean;
  readonly done: () => void;
}

/** A real softphone in a process of its own: it speaks a sine tone, and listens to what RTP brings. */
export class Baresip implements Phone {
  readonly number: string;
  readonly #spec: BaresipSpec;
  readonly #control = new Control((event) => this.#told(event));
  readonly #calls = new Map<string, PhoneState>();
  readonly #waiters = new Set<Waiter>();
  #program: Program | undefined;
  #folder = "";
  #registered: ((how: BaresipEvent) => void) | undefined;
  #heard = 0;
  /** The PBX's last report on the present RTP source, and the sum of those before it. */
  #source = 0;
  #sources = 0;

  constructor(spec: BaresipSpec) {
    this.number = spec.number;
    this.#spec = spec;
  }

  get state(): PhoneState {
    const states = [...this.#calls.values()];
    return shown.find((state) => states.includes(state)) ?? "idle";
  }

  get heard(): number {
    return this.#heard;
  }

  get lastCancel(): readonly string[] | undefined {
    // The trace has a line "UDP from -> to" above each message.
    const messages = (this.#program?.output ?? "").split(/^(?=UDP \S+ -> \S+$)/m);
    const cancel = messages.findLast((message) => {
      const [way = "", start = ""] = message.split(/\r?\n/, 2);
      return way.startsWith(`UDP ${this.#spec.host}:${this.#spec.port} `) && start.startsWith("CANCEL ");
    });
    return cancel === undefined
      ? undefined
      : [...cancel.matchAll(/^Reason:\s*(.*?)\r?$/gim)].map(([, value = ""]) => value);
  }

  async start(): Promise<void> {
    const root = await unpacked();
    const address = ownAddress();
    this.#folder = await mkdtemp(join(tmpdir(), `blfd-phone-${this.number}-`));
    await writeFile(join(this.#folder, "config"), config(join(root, "baresip-modules"), address));
    this.#program = new Program(join(root, "bin", "baresip"), ["-4", "-s", "-f", this.#folder]);
    this.#program.start();
    const registered = new Promise<BaresipEvent>((resolve) => {
      this.#registered = resolve;
    });
    try {
      await this.#control.connect(address, controlPort, startWithin);
      const { number, password, habit, host, port } = this.#spec;
      await this.#control.command(
        "uanew",
        `<sip:${number}@${host}:${port};transport=udp>;auth_user=${number};auth_pass=${password};` +
          `${habits[habit]};regint=600;audio_codecs=PCMU`,
      );
      const how = await Promise.race([registered, timeout(startWithin)]);
      if (how?.type !== "REGISTER_OK") throw new Error(`not registered: ${how?.param ?? "no answer"}`);
    } catch (cause) {
      await this.stop();
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${this.#name} does not start: ${why}\n${this.#program.output}`, { cause });
    }
  }

  async stop(): Promise<void> {
    // It says goodbye to its calls and to the registrar by itself.
    await Promise.race([this.#control.command("quit").catch(() => undefined), timeout(500)]);
    await this.#program?.end(quitWithin);
    this.#control.close();
    this.#calls.clear();
    this.#settle();
    if (this.#folder !== "") await rm(this.#folder, { recursive: true, force: true });
    this.#folder = "";
  }

  async call(number: string): Promise<void> {
    const answer = await this.#control.command("dial", `sip:${number}@${this.#spec.host}:${this.#spec.port}`);
    const [, id] = /call id: (\S+)/.exec(answer) ?? [];
    if (id === undefined) throw new Error(`${this.#name} cannot dial ${number}: ${answer}`);
    this.#calls.set(id, "calling");
    this.#settle();
  }

  async answer(): Promise<void> {
    const [id] = [...this.#calls].find(([, state]) => state === "ringing") ?? [];
    if (id === undefined) throw new Error(`${this.#name} is ${this.state}: nothing to answer`);
    await this.#control.command("accept", id);
  }

  async hangUp(): Promise<void> {
    // Refused where the call has ended meanwhile.
    for (const id of [...this.#calls.keys()]) await this.#control.command("hangup", id).catch(() => undefined);
    if (!(await this.#when(() => this.#calls.size === 0, hangUpWithin)))
      throw new Error(`${this.#name} does not hang up`);
  }

  /** Puts its only call on hold, or takes it back. What the PBX makes of it shows whether it worked. */
  async hold(on: boolean): Promise<void> {
    // It says that "resume" is invalid while no other call is there to be held instead, and resumes all the same.
    if (on) await this.#control.command("hold");
    else await this.#control.command("resume").catch(() => undefined);
  }

  /** Sends whom it talks with to another number, without asking there. The call ends when the PBX has taken it over. */
  async transfer(number: string): Promise<void> {
    await this.#control.command("transfer", `sip:${number}@${this.#spec.host}:${this.#spec.port}`);
  }

  async until(state: PhoneState, within: number): Promise<void> {
    if (await this.#when(() => this.state === state, within)) return;
    throw new Error(`${this.#name} is ${this.state}, not ${state}, after ${within} ms`);
  }

  get #name(): string {
    return `phone ${this.number}`;
  }

  #when(holds: () => boolean, within: number): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (held: boolean): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(held);
      };
      const waiter: Waiter = { holds, done: () => end(true) };
      const timer = setTimeout(() => end(false), within);
      this.#waiters.add(waiter);
    });
  }

  #settle(): void {
    for (const waiter of [...this.#waiters]) if (waiter.holds()) waiter.done();
  }

  #told(event: BaresipEvent): void {
    if (event.type === "REGISTER_OK" || event.type === "REGISTER_FAIL") this.#registered?.(event);
    // The trace comes on another pipe. What it wrote before this event is read by the end of this turn of the loop.
    if (event.id !== undefined) setImmediate(() => this.#follow(event, event.id ?? ""));
  }

  #follow(event: BaresipEvent, id: string): void {
    switch (event.type) {
      case "CALL_INCOMING":
        this.#calls.set(id, "ringing");
        break;
      case "CALL_ESTABLISHED":
        this.#calls.set(id, "talking");
        this.#heard = this.#source = this.#sources = 0;
        break;
      case "CALL_RTPESTAB":
        this.#heard = Math.max(this.#heard, 1);
        break;
      case "CALL_RTCP":
        this.#count(event.rtcp_stats?.rx.sent ?? 0);
        break;
      case "CALL_CLOSED":
        this.#calls.delete(id);
        break;
    }
    this.#settle();
  }

  /** Counts start again where the PBX changes its RTP source, as it may in a pickup. */
  #count(received: number): void {
    if (received < this.#source) this.#sources += this.#source;
    this.#source = received;
    this.#heard = Math.max(this.#heard, this.#sources + received);
  }
}

/** No sound card, no player (RTP is counted before it would be played), no console, no file of accounts. */
function config(modules: string, address: string): string {
  return `net_interface ${address}
sip_listen ${address}:0
ctrl_tcp_listen ${address}:${controlPort}
rtp_ports 10000-19999
audio_source ausine,440
jitter_buffer_type off
ausrc_srate 48000
ausrc_channels 1
sip_autoanswer_beep no
module_path ${modules}
module g711.so
module ausine.so
module_app menu.so
module_app ctrl_tcp.so
`;
}

function timeout(ms: number): Promise<undefined> {
  return delay(ms, undefined, { ref: false });
}
