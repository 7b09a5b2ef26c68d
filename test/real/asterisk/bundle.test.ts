import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FileBankBack } from "../../../sim/file-bank-back.ts";
import type { Phone, PhoneHabit } from "../../flows/phone.ts";
import { Program } from "../program.ts";
import { Asterisk } from "./asterisk.ts";

const SOON = 5000;
const bundle = fileURLToPath(new URL("../../../dist/blfd.mjs", import.meta.url));

const board = (directory: string): string => `
title: One key, as files
grid: [[1]]
banks:
  files: { driver: sim, width: 2, directory: ${directory} }
keys:
  1:
    leds: { red: { bank: files, bit: 0 } }
    button: { bank: files, bit: 1, active: high, pull: none }
`;

const settings = (port: number): string => `
panel: bundle
board: ./board.yaml
pbx:
  profile: asterisk
  server: sip:127.0.0.1:${port};transport=udp
  user: panel1
  password: { file: ./secret }
pickup:
  phone: { line: "102" }
scope:
  groups: { desk: ["101"] }
  pickup: [desk]
keys:
  1: { line: "101", label: Reception }
`;

/** What a stranger installs: the built file, four lines of settings about the PBX, and nothing of the tests in between. */
let pbx: Asterisk;
let folder: string;
let daemon: Program;
let panel: FileBankBack;
const phones: Phone[] = [];

beforeAll(async () => {
  pbx = new Asterisk();
  await pbx.start();
  folder = await mkdtemp(join(tmpdir(), "blfd-bundle-"));
  const bits = join(folder, "bits");
  await mkdir(bits);
  await writeFile(join(folder, "board.yaml"), board(bits));
  await writeFile(join(folder, "blfd.yaml"), settings(pbx.port));
  await writeFile(join(folder, "secret"), "pwpanel1\n", { mode: 0o600 });
  panel = new FileBankBack(bits);
}, 120_000);
afterAll(async () => {
  await daemon?.kill();
  await Promise.all(phones.map((phone) => phone.stop()));
  await pbx.stop();
  await rm(folder, { recursive: true, force: true });
});

async function phone(number: string, habit: PhoneHabit): Promise<Phone> {
  const made = pbx.phone(number, habit);
  phones.push(made);
  await made.start();
  return made;
}

/** The lamp goes on twice within a second, as a ringing one does and that of an unknown line does not. */
async function flashes(): Promise<void> {
  let [lit, lastOn] = [panel.lit(0), Number.NEGATIVE_INFINITY];
  const again = (): boolean => {
    const was = lit;
    lit = panel.lit(0);
    if (was || !lit) return false;
    const since = performance.now() - lastOn;
    lastOn = performance.now();
    return since > 350 && since < 1000;
  };
  await expect.poll(again, { timeout: SOON, interval: 20 }).toBe(true);
}

test("the built daemon: a lamp flashes, a key takes the call, and a signal leaves it dark", async () => {
  const [caller, target, desk] = await Promise.all([
    phone("100", "manual"),
    phone("101", "manual"),
    phone("102", "answers-on-header"),
  ]);
  daemon = new Program(process.execPath, [bundle, "run", "-c", join(folder, "blfd.yaml")]);
  daemon.start();
  await expect.poll(() => daemon.output, { timeout: SOON }).toContain("running");

  await caller.call("101");
  await target.until("ringing", SOON);
  await flashes();

  panel.close(1);
  await desk.until("talking", SOON);
  await target.until("idle", SOON);
  await expect.poll(() => daemon.output, { timeout: SOON }).toContain("picked-up");
  panel.open(1);
  expect(daemon.output).not.toContain("pwpanel1");
  await caller.hangUp();
  await expect.poll(() => pbx.channels(), { timeout: SOON }).toBe(0);

  // Ended in the middle of a flash, it leaves nothing lit.
  await caller.call("101");
  await expect.poll(() => panel.lit(0), { timeout: SOON, interval: 20 }).toBe(true);
  expect(await daemon.terminate(SOON)).toBe(0);
  expect(panel.lit(0)).toBe(false);
}, 60_000);
