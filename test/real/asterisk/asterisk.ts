import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { PbxLineState, Phone, PhoneHabit, TestPbx } from "../../flows/phone.ts";
import { Baresip } from "../baresip.ts";
import { freePort } from "../free-port.ts";
import { Program } from "../program.ts";
import { unpacked } from "../unpacked.ts";

const templates = fileURLToPath(new URL("conf/", import.meta.url));
const artefacts = fileURLToPath(new URL("../../../artefacts/", import.meta.url));
/** Core parts complain without a file of these names, and are content with an empty one. */
const empty = ["acl", "ccss", "cdr", "cel", "features", "indications", "pjproject", "udptl"];
const bootWithin = 15_000;

/** What `core show hint` says, and what a lamp has to show for it. */
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

/** A real Asterisk on the loopback, with a folder and ports of its own that outlive kill() and end with stop(). */
export class Asterisk implements TestPbx {
  readonly name = "Asterisk 22";
  readonly host = "127.0.0.1";
  #port = 0;
  #folder = "";
  #binary = "";
  #program: Program | undefined;
  readonly #phones: Phone[] = [];

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    if (this.#folder === "") await this.#prepare();
    const program = new Program(this.#binary, ["-C", this.#conf, "-f", "-n"]);
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

  /** Stops its phones, too. */
  async stop(): Promise<void> {
    await Promise.all(this.#phones.splice(0).map((phone) => phone.stop()));
    if (this.#program?.running) await this.cli("core stop now").catch(() => undefined);
    await this.#program?.end(2000);
    if (this.#folder !== "") await rm(this.#folder, { recursive: true, force: true });
    this.#folder = "";
  }

  phone(number: string, habit: PhoneHabit): Phone {
    const phone = new Baresip({ number, password: `pw${number}`, habit, host: this.host, port: this.port });
    this.#phones.push(phone);
    return phone;
  }

  async channels(): Promise<number> {
    const [, count] = /^(\d+) active channels?$/m.exec(await this.cli("core show channels count")) ?? [];
    if (count === undefined) throw new Error(`${this.name} does not say how many channels it has`);
    return Number(count);
  }

  async lineState(number: string): Promise<PbxLineState> {
    const [, says] = /State:(\S+)/.exec(await this.cli(`core show hint ${number}`)) ?? [];
    const state = lineStates[says ?? ""];
    if (state === undefined) throw new Error(`${this.name} calls ${number} "${says ?? "nothing"}"`);
    return state;
  }

  /** One command of its console, answered. */
  async cli(command: string): Promise<string> {
    const { stdout } = await promisify(execFile)(this.#binary, ["-C", this.#conf, "-rx", command], { timeout: 5000 });
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
    const deadline = performance.now() + 3000;
    while (existsSync(join(this.#folder, "lib", "astdb.sqlite3-journal")) && performance.now() < deadline)
      await delay(10);
  }

  async #prepare(): Promise<void> {
    const root = await unpacked();
    this.#binary = join(root, "bin", "asterisk");
    this.#port = await freePort();
    this.#folder = await mkdtemp(join(tmpdir(), "blfd-asterisk-"));
    const etc = join(this.#folder, "etc");
    for (const name of ["etc", "lib", "log", "run", "spool"]) await mkdir(join(this.#folder, name));
    for (const name of empty) await writeFile(join(etc, `${name}.conf`), "");
    const values: Readonly<Record<string, string>> = {
      "@RUN@": this.#folder,
      "@ROOT@": root,
      "@SIP@": String(this.#port),
    };
    for (const name of await readdir(templates)) {
      const text = await readFile(join(templates, name), "utf8");
      await writeFile(
        join(etc, name),
        text.replace(/@[A-Z_]+@/g, (key) => values[key] ?? key),
      );
    }
  }
}
