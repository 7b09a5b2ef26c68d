import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenPort } from "../../../drivers/sidecar/port.ts";
import { serialPorts } from "../../../drivers/sidecar/serial-port.ts";
import { Pty } from "../../../sim/sidecar/pty.ts";

const PATIENCE = 30_000;

/**
 * A real pseudo-terminal that real serialport opens, with a simulated module at its other end. It counts the bytes that are under
 * way, so that a test can wait for the kernel, and only for it, while its own clock stands still.
 */
export class PtyLine {
  readonly #folder = mkdtempSync(join(tmpdir(), "blfd-serial-"));
  /** As below /dev/serial/by-id: it stays the same whatever is plugged in. */
  readonly path = join(this.#folder, "sidecar");
  readonly open: OpenPort;
  #pty: Pty | undefined;
  readonly #under = { toHost: 0, toModule: 0 };
  /** The plug that the port was opened on. One that was pulled may keep its port open for a while. */
  #openOn: Pty | undefined;
  /** Plugging and unplugging, and openings: what takes real time without any bytes. */
  #busy = 0;
  #chain: Promise<unknown> = Promise.resolve();
  #toModule: (bytes: Uint8Array) => void = () => {};

  constructor() {
    const open = serialPorts();
    this.open = (path, baud) => this.#during(this.#tracked(open(path, baud)));
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#toModule = listener;
  }

  send(bytes: Uint8Array): void {
    // What nobody has opened yet is flushed when somebody does.
    if (this.#pty === undefined || this.#pty !== this.#openOn) return;
    this.#under.toHost += bytes.length;
    this.#pty.write(bytes);
  }

  plug(): void {
    this.#then(async () => {
      const pty = await Pty.open(this.path);
      pty.onBytes((bytes) => {
        this.#under.toModule -= bytes.length;
        this.#toModule(bytes);
      });
      this.#pty = pty;
    });
  }

  unplug(): void {
    const pty = this.#pty;
    this.#pty = undefined;
    this.#forget();
    this.#then(async () => pty?.close());
  }

  /** Until no byte is under way and nothing is being plugged or opened. */
  async settled(): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (this.#busy > 0 || this.#under.toHost > 0 || this.#under.toModule > 0) {
      if (Date.now() > deadline) throw new Error(`never settled: ${JSON.stringify(this.#under)}, ${this.#busy}`);
      await turn();
    }
    await turn();
  }

  async end(): Promise<void> {
    this.unplug();
    await this.#chain;
    rmSync(this.#folder, { recursive: true });
  }

  async #tracked(opening: ReturnType<OpenPort>): ReturnType<OpenPort> {
    const port = await opening;
    const plug = this.#pty;
    this.#openOn = plug;
    this.#forget();
    // What was written last is still on its way to the module.
    const over = (): void => {
      if (this.#openOn === plug) this.#openOn = undefined;
      this.#under.toHost = 0;
    };
    return {
      write: (bytes) => {
        if (plug && plug === this.#pty) this.#under.toModule += bytes.length;
        port.write(bytes);
      },
      onBytes: (listener) =>
        port.onBytes((bytes) => {
          if (plug === this.#pty) this.#under.toHost -= bytes.length;
          listener(bytes);
        }),
      onLost: (listener) =>
        port.onLost((why) => {
          over();
          listener(why);
        }),
      flushed: () => port.flushed(),
      close: async () => {
        over();
        await this.#during(port.close());
      },
    };
  }

  #forget(): void {
    this.#under.toHost = 0;
    this.#under.toModule = 0;
  }

  #then(work: () => Promise<void>): void {
    this.#chain = this.#during(this.#chain.then(work));
  }

  async #during<Result>(work: Promise<Result>): Promise<Result> {
    this.#busy++;
    try {
      return await work;
    } finally {
      this.#busy--;
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
