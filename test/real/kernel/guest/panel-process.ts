import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, vi } from "vitest";
import { dark } from "../../../../firmware/cli/dark.ts";
import { RecordedIo } from "../../../cli/recorded-io.ts";
import { Program } from "../../program.ts";
import { PI_4 } from "./sim-chip.ts";

const bundle = resolve("dist/blfd.mjs");

/** Key 1, line 101: LED on bit 17, lit while high. Key 2, line 103: lit while low. Buttons close to ground. */
export const BIT = { led: 17, lowLed: 18, button: 4, otherButton: 5, alive: 27, buzzer: 22 } as const;

const BOARD = `
title: Two keys on a Raspberry Pi
grid: [[1, 2]]
banks: { header: { driver: gpio, chip: [pinctrl-rp1, ${PI_4.label}] } }
keys:
  1: { leds: { red: { bit: ${BIT.led} } }, button: { bit: ${BIT.button} } }
  2: { leds: { red: { bit: ${BIT.lowLed}, active: low } }, button: { bit: ${BIT.otherButton} } }
lamps:
  alive: { leds: { green: { bit: ${BIT.alive} } } }
buzzer: { bit: ${BIT.buzzer} }
`;

const settings = (port: number): string => `
panel: guest
board: ./board.yaml
pbx:
  profile: asterisk
  server: sip:127.0.0.1:${port};transport=udp
  user: panel1
  password: { file: ./secret }
# The guest is slow where this machine does other things as well.
pickup:
  phone: { line: "102" }
  deadline: 20s
scope:
  groups: { desk: ["101", "103"] }
  pickup: [desk]
keys:
  1: { line: "101" }
  2: { line: "103" }
alerts: { style: audio }
`;

/** The built daemon with its settings, in a process of its own. */
export class PanelProcess {
  readonly #folder = mkdtempSync(join(tmpdir(), "blfd-panel-"));
  readonly #settings = join(this.#folder, "blfd.yaml");
  readonly program = new Program(process.execPath, [bundle, "run", "-c", this.#settings]);

  constructor(port: number) {
    writeFileSync(join(this.#folder, "board.yaml"), BOARD);
    writeFileSync(this.#settings, settings(port));
    writeFileSync(join(this.#folder, "secret"), "pwpanel1\n", { mode: 0o600 });
  }

  async start(): Promise<void> {
    const told = this.program.output.length;
    this.program.start();
    const said = () => this.program.output.slice(told);
    await vi.waitFor(() => expect(said()).toContain("running"), { timeout: 60_000 });
  }

  /** `blfd dark`, in this process: others begin slowly in the guest. */
  async dark(): Promise<{ readonly code: number; readonly said: string }> {
    const io = new RecordedIo();
    const code = await dark(["-c", this.#settings], io, { boardConfigs: "board-configs", env: {} });
    return { code, said: io.stdout + io.stderr };
  }

  /** `blfd dark` as it is built. */
  builtDark(): Promise<{ readonly code: unknown; readonly said: string }> {
    return new Promise((resolve) =>
      execFile(process.execPath, [bundle, "dark", "-c", this.#settings], (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : error.code, said: stdout + stderr }),
      ),
    );
  }

  async end(): Promise<void> {
    await this.program.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
