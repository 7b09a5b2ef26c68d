import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SystemClock } from "../../../drivers/system-clock.ts";
import type { LineId } from "../../../firmware/domain/line.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import type { PhoneManners } from "../../../sim/phone/calls.ts";
import { SimPhone } from "../../../sim/phone/phone.ts";
import { freePort } from "../free-port.ts";
import { Program } from "../program.ts";
import { databaseName, type Habits, layOut, type Ports } from "./files.ts";

const installer = fileURLToPath(new URL("install.sh", import.meta.url));
export const PBX = "Kamailio 5.6";
const host = "127.0.0.1";
const bootWithin = 45_000;
const endWithin = 20_000;
const answerWithin = 10_000;
/** Its processes outlive the first of them. So they are a group, which ends as by kill -9 on SIGTERM, and with the test. */
const together = ["--pdeathsig", "TERM", "--", "setsid", "sh", "-c", 'trap "kill -9 0" TERM; "$@" & wait', "sh"];

/** A call as Kamailio's dialog module has it. */
export interface KnownCall {
  readonly callId: string;
  readonly caller: LineId;
  readonly callee: LineId;
  /** 1: nothing rings yet, 2: early, 3: answered, 4: answered and acknowledged, 5: over. */
  readonly state: number;
}

/** A real Kamailio with a folder and ports of its own that outlive kill() and end with stop(). */
export class Kamailio {
  readonly name = PBX;
  readonly host = host;
  readonly #habits: Habits;
  readonly #clock = new SystemClock();
  readonly #phones: SimPhone[] = [];
  #ports: Ports = { sip: 0, tls: 0, http: 0 };
  #root = "";
  #folder = "";
  #program: Program | undefined;

  constructor(habits: Habits = {}) {
    this.#habits = habits;
  }

  portOf(transport: SipTransportName): number {
    const { sip, tls, http } = this.#ports;
    return { udp: sip, tcp: sip, tls, ws: http, wss: tls }[transport];
  }

  /** The file of the authority that its certificate is from. */
  get authority(): string {
    return join(this.#folder, "keys", "ca.pem");
  }

  /** Its log up to now. */
  get log(): string {
    return this.#program?.output ?? "";
  }

  async start(): Promise<void> {
    if (this.#folder === "") await this.#prepare();
    const run = join(this.#folder, "run");
    const config = join(this.#folder, "kamailio.cfg");
    const memory = ["-m", "64", "-M", "8"];
    const places = ["-f", config, "-Y", run, "-w", run];
    const command = [join(this.#root, "bin", "kamailio"), "-DD", "-E", ...memory, ...places];
    this.#program ??= new Program("setpriv", [...together, ...command]);
    const program = this.#program;
    program.start();
    const deadline = performance.now() + bootWithin;
    while (!(await this.#answers())) {
      if (!program.running || performance.now() > deadline) {
        await this.kill();
        throw new Error(`${this.name} did not boot:\n${program.output.slice(0, 2000)}`);
      }
      await delay(20);
    }
  }

  async kill(): Promise<void> {
    await this.#program?.terminate(endWithin);
  }

  /** Stops its phones, too. */
  async stop(): Promise<void> {
    await Promise.all(this.#phones.splice(0).map((phone) => phone.stop()));
    await this.kill();
    if (this.#folder !== "") await rm(this.#folder, { recursive: true, force: true });
    this.#folder = "";
  }

  /** A phone of a test, over UDP: it knows nothing of blfd's SIP. */
  phone(number: string, manners: PhoneManners = {}): SimPhone {
    const server = { host, port: this.#ports.sip };
    const phone = new SimPhone({ number, password: `pw${number}`, server, clock: this.#clock, ...manners });
    this.#phones.push(phone);
    return phone;
  }

  /** Every call that it knows. */
  async calls(): Promise<KnownCall[]> {
    const told = (await this.rpc("dlg.list")) as readonly {
      readonly "call-id": string;
      readonly from_uri: string;
      readonly to_uri: string;
      readonly state: number;
    }[];
    return told.map((call) => ({
      callId: call["call-id"],
      caller: userOf(call.from_uri),
      callee: userOf(call.to_uri),
      state: call.state,
    }));
  }

  /** What a lamp has to show of each line by these calls. A registration is no part of it: nothing tells it. */
  async lineStates(lines: readonly LineId[]): Promise<ReadonlyMap<LineId, LineState>> {
    const calls = await this.calls();
    return new Map(lines.map((line) => [line, stateOf(line, calls, this.#habits.calleeTrying ?? false)]));
  }

  /**
   * States of the dialogs that it tells of a line, as its database has them: where it keeps everything. After a kill -9
   * they may be those of calls that it no longer knows.
   */
  async published(line: LineId): Promise<string[]> {
    const query = `SELECT body FROM presentity WHERE username = '${line}' AND expires > unixepoch();`;
    const database = join(this.#folder, databaseName);
    // It may be writing just now.
    const patience = ["-cmd", `.timeout ${answerWithin}`];
    const args = ["-readonly", ...patience, database, query];
    const { stdout } = await promisify(execFile)(join(this.#root, "bin", "sqlite3"), args);
    return [...stdout.matchAll(/<state>(\w+)<\/state>/g)].map(([, state = ""]) => state.toLowerCase());
  }

  async rpc(method: string, ...params: readonly string[]): Promise<unknown> {
    const response = await fetch(`http://${host}:${this.#ports.http}/RPC`, {
      method: "POST",
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      headers: { Connection: "close" },
      signal: AbortSignal.timeout(answerWithin),
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message?: string } };
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  async #answers(): Promise<boolean> {
    return this.rpc("core.uptime").then(
      () => true,
      () => false,
    );
  }

  async #prepare(): Promise<void> {
    this.#root = (await promisify(execFile)(installer, [])).stdout.trim();
    const [sip = 0, tls = 0, http = 0] = await Promise.all([1, 2, 3].map(() => freePort()));
    this.#ports = { sip, tls, http };
    this.#folder = await mkdtemp(join(tmpdir(), "blfd-kamailio-"));
    await layOut(this.#folder, this.#root, host, this.#ports, this.#habits);
  }
}

function stateOf(line: LineId, calls: readonly KnownCall[], calleeTrying: boolean): LineState {
  const live = calls.filter(({ state }) => state < 5);
  const theirs = live.filter(({ callee }) => callee === line);
  if (theirs.some(({ state }) => state === 2)) return "ringing";
  if (live.some(({ caller }) => caller === line)) return "busy";
  return theirs.some(({ state }) => calleeTrying || state > 2) ? "busy" : "idle";
}

function userOf(uri: string): LineId {
  return /^sips?:([^@;>]+)/.exec(uri)?.[1] ?? uri;
}
