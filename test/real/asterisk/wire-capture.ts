import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { TSHARK } from "../../../sim/replay/tshark-text.ts";
import { Program } from "../program.ts";

const SOON = 20_000;

/** A capture file of all that goes over loopback to and from a port, written by dumpcap, and the text that tshark makes of it. */
export class WireCapture {
  readonly #port: number;
  #folder = "";
  #program: Program | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "blfd-capture-"));
    const program = new Program("dumpcap", ["-i", "lo", "-f", `port ${this.#port}`, "-w", this.#file]);
    this.#program = program;
    program.start();
    await expect.poll(() => program.output, { timeout: SOON }).toContain("File: ");
  }

  /** What was captured by now, by the command that people are told. */
  async text(): Promise<Buffer> {
    const { stdout } = await promisify(execFile)("sh", ["-c", TSHARK.replace("FILE.pcap", this.#file)], {
      encoding: "buffer",
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  async stop(): Promise<void> {
    await this.#program?.end(2000);
    if (this.#folder !== "") await rm(this.#folder, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.#folder, "loopback.pcap");
  }
}
