import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Phone, PhoneState, Scripted } from "../../flows/phone.ts";
import { Conditions } from "../../flows/until.ts";
import { ownAddress } from "../own-address.ts";
import { Program } from "../program.ts";
import { unpacked } from "../unpacked.ts";
import { type Traced, TraceReader } from "./trace.ts";

const scripts = fileURLToPath(new URL("./", import.meta.url));
const phonePort = 5060;
const registrarPort = 5062;
const startWithin = 15_000;
const hangUpWithin = 10_000;

export interface SippSpec {
  readonly number: string;
  readonly password: string;
  readonly habit: Scripted;
  readonly host: string;
  readonly port: number;
}

/**
 * A phone that follows a script of sipp's: nobody can make it call, answer or hang up. What it hears it gives back, which is
 * all that it says.
 */
export class Sipp implements Phone {
  readonly number: string;
  readonly #spec: SippSpec;
  readonly #address = ownAddress();
  readonly #calls = new Map<string, PhoneState>();
  readonly #conditions = new Conditions();
  #binary = "";
  #folder = "";
  #program: Program | undefined;
  #rtp: Socket | undefined;
  #heard = 0;
  #lastCancel: readonly string[] | undefined;

  constructor(spec: SippSpec) {
    this.number = spec.number;
    this.#spec = spec;
  }

  get state(): PhoneState {
    const states = [...this.#calls.values()];
    return states.includes("talking") ? "talking" : (states[0] ?? "idle");
  }

  get heard(): number {
    return this.#heard;
  }

  get lastCancel(): readonly string[] | undefined {
    return this.#lastCancel;
  }

  async start(): Promise<void> {
    this.#binary = join(await unpacked("sipp"), "bin", "sipp");
    this.#folder = await mkdtemp(join(tmpdir(), `blfd-phone-${this.number}-`));
    const script = join(this.#folder, "script.xml");
    await writeFile(script, await scriptOf(this.#spec.habit));
    const { port } = await this.#listen();
    const trace = new TraceReader((message) => this.#follow(message));
    const keys = ["-key", "rtp_port", String(port)];
    this.#program = this.#run(script, phonePort, keys, (line) => trace.line(line));
    this.#program.start();
    try {
      await this.#register(600);
    } catch (cause) {
      await this.stop();
      throw cause;
    }
  }

  async stop(): Promise<void> {
    if (this.#program?.running) await this.#register(0).catch(() => undefined);
    await this.#program?.kill();
    this.#rtp?.close();
    this.#rtp = undefined;
    this.#calls.clear();
    this.#conditions.check();
    if (this.#folder !== "") await rm(this.#folder, { recursive: true, force: true });
    this.#folder = "";
  }

  async call(number: string): Promise<void> {
    throw new Error(`${this.#name} does what its script says: it cannot call ${number}`);
  }

  async answer(): Promise<void> {
    throw new Error(`${this.#name} does what its script says: it cannot be answered`);
  }

  /** Waits for its calls to be ended by whoever is at their other end. */
  async hangUp(): Promise<void> {
    await this.until("idle", hangUpWithin);
  }

  async until(state: PhoneState, within: number): Promise<void> {
    await this.#conditions.until(
      `${this.#name} ${state}`,
      within,
      () => (this.state === state ? true : undefined),
      () => this.state,
    );
  }

  get #name(): string {
    return `phone ${this.number}`;
  }

  /** It needs the name of some terminal, and no terminal. Its trace goes to a file, which may be a pipe but not Node's sockets. */
  #run(script: string, port: number, more: readonly string[], line?: (line: string) => void): Program {
    const { number, password, host, port: pbx } = this.#spec;
    const where = ["-sf", script, "-i", this.#address, "-bind_local", "-p", String(port), "-s", number];
    const trace = ["-trace_msg", "-message_file", "/dev/stderr", "-trace_err", "-error_file", "/dev/stderr"];
    const how = ["-au", number, "-ap", password, "-aa", "-nostdin", "-t", "u1", ...trace, ...more];
    const shell = ["-c", 'TERM=dumb exec "$@" 2> >(cat) >/dev/null', "bash", this.#binary, ...where, ...how];
    return new Program("bash", [...shell, `${host}:${pbx}`], line);
  }

  /** @param expires in seconds; 0 takes it back */
  async #register(expires: number): Promise<void> {
    const keys = ["-key", "phone_port", String(phonePort), "-key", "expires", String(expires)];
    const program = this.#run(join(scripts, "register.xml"), registrarPort, [...keys, "-m", "1"]);
    program.start();
    if (!(await program.end(startWithin)) || !/^SIP\/2\.0 200 /m.test(program.output)) {
      throw new Error(`${this.#name} does not start: not registered:\n${program.output}`);
    }
  }

  async #listen(): Promise<{ port: number }> {
    const socket = createSocket("udp4");
    socket.on("message", (packet, { address, port }) => {
      this.#heard++;
      socket.send(packet, port, address);
    });
    socket.bind(0, this.#address);
    await once(socket, "listening");
    this.#rtp = socket;
    return socket.address();
  }

  #follow({ sent, start, callId, cseq, reasons }: Traced): void {
    const ofInvite = cseq.endsWith(" INVITE");
    if (sent && ofInvite && start.startsWith("SIP/2.0 180")) this.#calls.set(callId, "ringing");
    if (sent && ofInvite && start.startsWith("SIP/2.0 200") && this.#calls.get(callId) === "ringing") {
      this.#calls.set(callId, "talking");
      this.#heard = 0;
    }
    if (!sent && start.startsWith("CANCEL ")) this.#lastCancel = reasons;
    const refused = sent && ofInvite && /^SIP\/2\.0 [3-6]/.test(start);
    if (refused || (!sent && start.startsWith("BYE "))) this.#calls.delete(callId);
    this.#conditions.check();
  }
}

async function scriptOf(habit: Scripted): Promise<string> {
  const late = "answersAfter" in habit;
  const text = await readFile(join(scripts, late ? "answer-late.xml" : "reject.xml"), "utf8");
  return late
    ? text.replaceAll("@AFTER@", String(habit.answersAfter))
    : text.replaceAll("@STATUS@", String(habit.rejects));
}
