import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

/** One program of a test's own: started, listened to, ended by its pid. It dies with the test that started it, however that dies. */
export class Program {
  readonly #file: string;
  readonly #args: readonly string[];
  readonly #line: ((line: string) => void) | undefined;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #output = "";

  /** @param line told each whole line of its standard output, as it comes */
  constructor(file: string, args: readonly string[], line?: (line: string) => void) {
    this.#file = file;
    this.#args = args;
    this.#line = line;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** Of the program itself: what starts it becomes it. Throws while it does not run. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.#file} is not running`);
    return pid;
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
    const line = this.#line;
    if (line) createInterface({ input: child.stdout }).on("line", line);
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

  /** Gives it time to end by itself (ms), then kills it. Resolves with whether it needed no killing. */
  async end(within: number): Promise<boolean> {
    const patience = new AbortController();
    const late = delay(within, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.#ended, late]);
    patience.abort();
    const byItself = !this.running;
    await this.kill();
    return byItself;
  }
}
