import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { LandingName } from "../../../firmware/domain/settings.ts";
import { FileBankBack } from "../../file-bank-back.ts";
import { Program } from "../program.ts";

const bundle = fileURLToPath(new URL("../../../dist/blfd.mjs", import.meta.url));
const [LED, BUTTON] = [0, 1];

const board = (directory: string): string => `
title: One key, as files
grid: [[1]]
banks:
  files: { driver: sim, width: 2, directory: ${directory} }
keys:
  1:
    leds: { red: { bank: files, bit: ${LED} } }
    button: { bank: files, bit: ${BUTTON}, active: high, pull: none }
`;

const settings = (port: number, landings: readonly LandingName[]): string => `
panel: bundle
board: ./board.yaml
pbx:
  profile: asterisk
  server: sip:127.0.0.1:${port};transport=udp
  user: panel1
  password: { file: ./secret }
pickup:
  phone: { line: "102" }
  landings: [${landings.join(", ")}]
scope:
  groups: { desk: ["101"] }
  pickup: [desk]
keys:
  1: { line: "101", label: Reception }
`;

/** What a stranger installs: the built file as a process of its own, and a few lines of settings. Its one key watches 101; 102 stands beside it. */
export class BuiltPanel {
  readonly #port: number;
  readonly #landings: readonly LandingName[];
  #folder = "";
  #daemon: Program | undefined;
  #bits: FileBankBack | undefined;

  /** @param port of the PBX */
  constructor(port: number, landings: readonly LandingName[] = ["desk-phone"]) {
    this.#port = port;
    this.#landings = landings;
  }

  get output(): string {
    return this.#daemon?.output ?? "";
  }

  get lit(): boolean {
    return this.#bits?.lit(LED) ?? false;
  }

  async start(within: number): Promise<void> {
    if (this.#folder === "") await this.#layOut();
    this.#daemon ??= new Program(process.execPath, [bundle, "run", "-c", join(this.#folder, "blfd.yaml")]);
    const runs = this.#times("running");
    this.#daemon.start();
    await expect.poll(() => this.#times("running"), { timeout: within }).toBe(runs + 1);
  }

  close(): void {
    this.#bits?.close(BUTTON);
  }

  open(): void {
    this.#bits?.open(BUTTON);
  }

  /** The lamp goes on twice within a second, as a ringing one does and that of an unknown line does not. */
  async flashes(within: number): Promise<void> {
    let [lit, lastOn] = [this.lit, Number.NEGATIVE_INFINITY];
    const again = (): boolean => {
      const was = lit;
      lit = this.lit;
      if (was || !lit) return false;
      const since = performance.now() - lastOn;
      lastOn = performance.now();
      return since > 350 && since < 1000;
    };
    await expect.poll(again, { timeout: within, interval: 20 }).toBe(true);
  }

  /** As by kill -9; start() may follow. */
  async kill(): Promise<void> {
    await this.#daemon?.kill();
  }

  /** By a signal; its exit code. */
  async terminate(within: number): Promise<number | null | undefined> {
    return this.#daemon?.terminate(within);
  }

  async stop(): Promise<void> {
    await this.kill();
    if (this.#folder !== "") await rm(this.#folder, { recursive: true, force: true });
  }

  #times(word: string): number {
    return this.output.split(word).length - 1;
  }

  async #layOut(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "blfd-bundle-"));
    const bits = join(this.#folder, "bits");
    await mkdir(bits);
    await writeFile(join(this.#folder, "board.yaml"), board(bits));
    await writeFile(join(this.#folder, "blfd.yaml"), settings(this.#port, this.#landings));
    await writeFile(join(this.#folder, "secret"), "pwpanel1\n", { mode: 0o600 });
    this.#bits = new FileBankBack(bits);
  }
}
