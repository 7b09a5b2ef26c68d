import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

/** One program of a test's own: started, listened to, ended by its pid. It dies with the test that started it, however that dies. */
export class Program {
  readonly #file: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #output = "";

  constructor(file: string, args: readonly string[]) {
    this.#file = file;
    this.#args = args;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** All that it has written to both of its outputs, of every run. */
  get output(): string {
    return this.#output;
  }

  start(): void {
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", this.#file, ...this.#args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      const over = (): void => {
        this.#child = undefined;
        resolve();
      };
      child.once("close", over);
      child.once("error", (cause) => {
        this.#output += `${cause.message}\n`;
        over();
      });
    });
  }

  /** As by kill -9. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#ended;
  }

  /** Asks it to end (SIGTERM) and gives it time for that (ms). Resolves with its exit code; null if it had to be killed. */
  async terminate(within: number): Promise<number | null> {
    const child = this.#child;
    child?.kill("SIGTERM");
    await this.end(within);
    return child?.exitCode ?? null;
  }

  /** Gives it time to end by itself (ms), then kills it. */
  async end(within: number): Promise<void> {
    const patience = new AbortController();
    const late = delay(within, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.#ended, late]);
    patience.abort();
    await this.kill();
  }
}
