import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Conditions } from "../../flows/until.ts";

const PATIENCE = 30_000;
const bundle = fileURLToPath(new URL("../../../dist/blfd.mjs", import.meta.url));

/** `blfd sim sidecar`, as somebody at a terminal has it. */
export class Module {
  readonly path: string;
  readonly #args: readonly string[];
  readonly #conditions = new Conditions();
  #said: string[] = [];
  #child: ReturnType<typeof spawn> | undefined;

  constructor(path: string, args: readonly string[]) {
    this.path = path;
    this.#args = args;
  }

  async start(): Promise<void> {
    const args = [bundle, "sim", "sidecar", "--link", this.path, ...this.#args];
    const child = spawn("setpriv", ["--pdeathsig", "TERM", "--", process.execPath, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child = child;
    if (child.stdout) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.#said.push(line);
        this.#conditions.check();
      });
    }
    await this.until(/^plugged in/);
  }

  /** A command, as it is typed. */
  say(command: string): void {
    this.#child?.stdin?.write(`${command}\n`);
  }

  /** A line that it writes after all that was waited for before. */
  async until(wanted: RegExp): Promise<void> {
    const at = await this.#conditions.until(
      `a line ${wanted}`,
      PATIENCE,
      () => {
        const found = this.#said.findIndex((line) => wanted.test(line));
        return found < 0 ? undefined : found;
      },
      () => this.#said.slice(-5).join(" | "),
    );
    this.#said = this.#said.slice(at + 1);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
}
