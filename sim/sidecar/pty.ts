import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A pseudo-terminal, by socat: a serial port for others, bytes on both sides. Node cannot make one itself. */
export class Pty {
  /** What to open: the link, where one was wanted. */
  readonly path: string;
  readonly #socat: ChildProcess;
  readonly #ended: Promise<void>;
  #received: (bytes: Uint8Array) => void = () => {};

  private constructor(path: string, socat: ChildProcess, ended: Promise<void>) {
    this.path = path;
    this.#socat = socat;
    this.#ended = ended;
    socat.stdout?.on("data", (bytes: Buffer) => this.#received(bytes));
    // A write to a plug that has just been pulled.
    socat.stdin?.on("error", () => {});
  }

  /**
   * @param link a symbolic link to make, for a name that stays the same
   * @throws Error in one sentence: socat is missing, or cannot do it
   */
  static async open(link?: string): Promise<Pty> {
    const address = link === undefined ? "pty,raw,echo=0" : `pty,raw,echo=0,link=${link}`;
    const socat = spawn("socat", ["-d", "-d", address, "stdio"], { stdio: ["pipe", "pipe", "pipe"] });
    const ended = new Promise<void>((resolve) => {
      socat.once("close", () => resolve());
      socat.once("error", () => resolve());
    });
    let last = "";
    const device = new Promise<string>((resolve, reject) => {
      socat.once("error", (cause: NodeJS.ErrnoException) => {
        const why = cause.code === "ENOENT" ? "socat is not installed (apt install socat)" : cause.message;
        reject(new Error(`no serial port can be simulated: ${why}`, { cause }));
      });
      socat.once("close", () => reject(new Error(`no serial port can be simulated: ${last}`)));
      createInterface({ input: socat.stderr }).on("line", (line) => {
        last = line.replace(/^\S+ \S+ socat\[\d+\] \w /, "");
        const found = /PTY is (\S+)/.exec(line)?.[1];
        if (found !== undefined) path = found;
        if (line.includes("starting data transfer")) resolve(path);
      });
    });
    let path = "";
    const made = await device;
    return new Pty(link ?? made, socat, ended);
  }

  write(bytes: Uint8Array): void {
    if (this.#socat.stdin?.writable) this.#socat.stdin.write(bytes);
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#received = listener;
  }

  /** As by pulling the plug. Resolves when it is gone, its link too. */
  async close(): Promise<void> {
    this.#received = () => {};
    this.#socat.kill("SIGTERM");
    await this.#ended;
  }
}
