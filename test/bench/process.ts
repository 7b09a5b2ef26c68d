import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { now } from "./figures.ts";

const LEAVE_WITHIN = 5000;
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A process that is measured from outside. */
export class Measured {
  readonly spawnedAt: number;
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #said = "";

  constructor(args: readonly string[], program = process.execPath) {
    this.spawnedAt = now();
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    running.add(child);
    this.#child = child;
    this.#gone = new Promise((resolve) => child.once("exit", resolve));
    child.once("exit", () => running.delete(child));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#said += text;
    });
  }

  /** All that it wrote to standard error. */
  get said(): string {
    return this.#said;
  }

  /** From spawn to exit, in ms. */
  async lifetime(): Promise<number> {
    await this.#gone;
    return (now() - this.spawnedAt) / 1000;
  }

  /** CPU time of all its threads so far, in µs. */
  cpu(): number {
    const tasks = `/proc/${this.#child.pid}/task`;
    const ns = readdirSync(tasks).map((task) =>
      Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
    );
    return ns.reduce((sum, one) => sum + one, 0) / 1000;
  }

  /** How often one of its threads has slept until something woke it. */
  wakeUps(): number {
    const tasks = `/proc/${this.#child.pid}/task`;
    const slept = readdirSync(tasks).map((task) =>
      Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(readFileSync(`${tasks}/${task}/status`, "utf8"))?.[1]),
    );
    return slept.reduce((sum, one) => sum + one, 0);
  }

  /** Resident memory now, in MB. */
  rss(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), LEAVE_WITHIN);
    await this.#gone;
    clearTimeout(timer);
  }
}
