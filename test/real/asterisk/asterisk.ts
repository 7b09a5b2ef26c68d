import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import type { PbxLineState, Phone, PhoneHabit, TestPbx } from "../../flows/phone.ts";
import { Baresip, type BaresipHabit } from "../baresip.ts";
import { freePort } from "../free-port.ts";
import { Program } from "../program.ts";
import { Sipp } from "../sipp/sipp.ts";
import { unpacked } from "../unpacked.ts";
import { layOut, type Ports } from "./files.ts";

const artefacts = fileURLToPath(new URL("../../../artefacts/", import.meta.url));
const bootWithin = 45_000;
const endWithin = 20_000;
/** One command of its console, with the start of a program for it. */
const answerWithin = 15_000;

/** What `core show hints` says, and what a lamp has to show for it. */
const lineStates: Readonly<Record<string, PbxLineState>> = {
  Idle: "idle",
  Ringing: "ringing",
  "InUse&Ringing": "ringing",
  InUse: "busy",
  Busy: "busy",
  Hold: "held",
  "InUse&Hold": "held",
  Unavailable: "offline",
};

/** How a line without a phone is brought into a state. */
const deviceStates: Readonly<Record<PbxLineState, string>> = {
  idle: "NOT_INUSE",
  ringing: "RINGING",
  busy: "INUSE",
  held: "ONHOLD",
  offline: "UNAVAILABLE",
};

export interface AsteriskOptions {
  /** Where it listens; 127.0.0.1 by default. */
  readonly host?: string;
  /** A command that runs another one elsewhere, such as `ip netns exec NAME`. */
  readonly inside?: readonly string[];
  /** Files of its configuration, by name, instead of those in conf. */
  readonly files?: Readonly<Record<string, string>>;
}

export type Ending = "gracefully" | "now" | "kill";

/** A real Asterisk with a folder and ports of its own that outlive kill() and end with stop(). */
export class Asterisk implements TestPbx {
  readonly name = "Asterisk 22";
  readonly host: string;
  readonly #inside: readonly string[];
  readonly #files: Readonly<Record<string, string>>;
  #ports: Ports = { sip: 0, tls: 0, http: 0, https: 0 };
  #folder = "";
  #binary = "";
  #program: Program | undefined;
  readonly #phones: Phone[] = [];
  readonly #messages = new Map<string, number>();

  constructor({ host = "127.0.0.1", inside = [], files = {} }: AsteriskOptions = {}) {
    this.host = host;
    this.#files = files;
    this.#inside = inside;
  }

  get port(): number {
    return this.#ports.sip;
  }

  get pid(): number {
    if (this.#program === undefined) throw new Error(`${this.name} is not started`);
    return this.#program.pid;
  }

  portOf(transport: SipTransportName): number {
    const { sip, tls, http, https } = this.#ports;
    return { udp: sip, tcp: sip, tls, ws: http, wss: https }[transport];
  }

  /** The file of the authority that its certificate is from. */
  get authority(): string {
    return join(this.#folder, "keys", "ca.pem");
  }

  async start(): Promise<void> {
    if (this.#folder === "") await this.#prepare();
    const [file = "", ...args] = [...this.#inside, this.#binary, "-C", this.#conf, "-f", "-n"];
    const program = new Program(file, args);
    this.#program = program;
    program.start();
    const deadline = performance.now() + bootWithin;
    while (!(await this.cli("core waitfullybooted").catch(() => "")).includes("fully booted")) {
      if (!program.running || performance.now() > deadline) {
        await program.kill();
        throw new Error(`${this.name} did not boot:\n${program.output}\n${await this.log()}`);
      }
      await delay(20);
    }
    await this.cli("pjsip set logger on");
  }

  /** The phones that have registered are still known after the next start(), as on a PBX that has run for a while. */
  async kill(): Promise<void> {
    if (this.#program?.running) await this.#remember();
    await this.#program?.kill();
  }

  /** Ends it; start() may follow. Gracefully waits for its calls to end first. */
  async end(how: Ending): Promise<void> {
    if (how === "kill") return this.kill();
    // It may be gone before it has answered.
    await this.cli(`core stop ${how}`).catch(() => undefined);
    const ended = await this.#program?.end(endWithin);
    if (!ended) throw new Error(`${this.name} did not stop ${how} within ${endWithin} ms`);
  }

  /** Stops its phones, too. */
  async stop(): Promise<void> {
    await Promise.all(this.#phones.splice(0).map((phone) => phone.stop()));
    if (this.#program?.running) await this.cli("core stop now").catch(() => undefined);
    await this.#program?.end(2000);
    if (this.#folder !== "") await rm(this.#folder, { recursive: true, force: true });
    this.#folder = "";
  }

  phone(number: string, habit: BaresipHabit): Baresip;
  phone(number: string, habit: PhoneHabit): Phone;
  phone(number: string, habit: PhoneHabit): Phone {
    const account = { number, password: `pw${number}`, host: this.host, port: this.port };
    const phone = typeof habit === "string" ? new Baresip({ ...account, habit }) : new Sipp({ ...account, habit });
    this.#phones.push(phone);
    return phone;
  }

  async channels(): Promise<number> {
    const [, count] = /^(\d+) active channels?$/m.exec(await this.cli("core show channels count")) ?? [];
    if (count === undefined) throw new Error(`${this.name} does not say how many channels it has`);
    return Number(count);
  }

  /**
   * Whether it has joined those two phones: a little later than both say that they talk, and until then it carries out no
   * transfer of theirs.
   */
  async hasJoined(one: string, other: string): Promise<boolean> {
    const channels = (await this.cli("core show channels concise")).split("\n").map((line) => line.split("!"));
    const bridgeOf = (number: string) => channels.find(([name]) => name?.startsWith(`PJSIP/${number}-`))?.at(-2);
    const bridge = bridgeOf(one);
    return bridge !== undefined && bridge !== "" && bridge === bridgeOf(other);
  }

  async lineState(number: string): Promise<PbxLineState> {
    const state = (await this.lineStates()).get(number);
    if (state === undefined) throw new Error(`${this.name} has no hint for ${number}`);
    return state;
  }

  /** Every line that may be watched, in one look. */
  async lineStates(): Promise<ReadonlyMap<string, PbxLineState>> {
    const hints = (await this.cli("core show hints")).matchAll(/^(\d+)@hints\s.*\bState:(\S+)/gm);
    return new Map(
      [...hints].map(([, number = "", says = ""]) => {
        const state = lineStates[says];
        if (state === undefined) throw new Error(`${this.name} calls ${number} "${says}"`);
        return [number, state];
      }),
    );
  }

  /** Moves one of the lines that have no phone (customLines). */
  async setState(line: string, state: PbxLineState): Promise<void> {
    await this.cli(`devstate change Custom:${line} ${deviceStates[state]}`);
  }

  /** Messages in the mailbox of a phone, as it was last told. */
  messages(number: string): number {
    return this.#messages.get(number) ?? 0;
  }

  async setMessages(number: string, count: number): Promise<void> {
    this.#messages.set(number, count);
    await this.cli(`channel originate Local/${number}*${count}*0@messages application Wait 0`);
  }

  /** Parks the call of a phone in the next free slot, as an attendant would who transfers it there. */
  async park(number: string): Promise<void> {
    const [, channel] =
      new RegExp(`^(PJSIP/${number}-\\w+)!`, "m").exec(await this.cli("core show channels concise")) ?? [];
    if (channel === undefined) throw new Error(`${number} has no call to park`);
    await this.cli(`channel redirect ${channel} parkedcalls,700,1`);
  }

  /** One command of its console, answered. */
  async cli(command: string): Promise<string> {
    const { stdout } = await promisify(execFile)(this.#binary, ["-C", this.#conf, "-rx", command], {
      timeout: answerWithin,
    });
    return stdout;
  }

  /** Its own log up to now: warnings, the dialplan's steps, and every SIP message whole. */
  async log(): Promise<string> {
    return readFile(join(this.#folder, "log", "full"), "utf8").catch(() => "");
  }

  /** Keeps its log beyond stop(); resolves with where. */
  async saveLog(): Promise<string> {
    await mkdir(artefacts, { recursive: true });
    const file = join(artefacts, `asterisk-${Date.now()}.log`);
    await writeFile(file, await this.log());
    return file;
  }

  get #conf(): string {
    return join(this.#folder, "etc", "asterisk.conf");
  }

  /** Its database is written once a second. A change that is not on disk yet has a journal beside it. */
  async #remember(): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (existsSync(join(this.#folder, "lib", "astdb.sqlite3-journal")) && performance.now() < deadline)
      await delay(10);
  }

  async #prepare(): Promise<void> {
    const root = await unpacked();
    this.#binary = join(root, "bin", "asterisk");
    const [sip = 0, tls = 0, http = 0, https = 0] = await Promise.all([1, 2, 3, 4].map(() => freePort()));
    this.#ports = { sip, tls, http, https };
    this.#folder = await mkdtemp(join(tmpdir(), "blfd-asterisk-"));
    await layOut(this.#folder, root, this.host, this.#ports, this.#files);
  }
}
