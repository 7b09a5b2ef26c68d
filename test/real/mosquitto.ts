import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrokerUnderTest } from "../contract/broker.ts";
import { freePort } from "./free-port.ts";
import { Program } from "./program.ts";

const BINARY = "/usr/sbin/mosquitto";
const START_WITHIN = 15_000;

/** A Mosquitto of our own on loopback, with a configuration of its own and nothing kept on disk. */
export class Mosquitto implements BrokerUnderTest {
  #program: Program | undefined;
  #directory: string | undefined;

  async start(): Promise<number> {
    const port = await freePort();
    const directory = mkdtempSync(join(tmpdir(), "blfd-mosquitto-"));
    const config = join(directory, "mosquitto.conf");
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest stderr\n`);
    const program = new Program(BINARY, ["-c", config]);
    this.#program = program;
    this.#directory = directory;
    program.start();
    const end = Date.now() + START_WITHIN;
    while (!(await answers(port))) {
      if (!program.running || Date.now() > end) throw new Error(`Mosquitto does not start: ${program.output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return port;
  }

  async kill(): Promise<void> {
    await this.#program?.kill();
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
