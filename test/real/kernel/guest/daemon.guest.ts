import { renameSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { gpioBank } from "../../../../drivers/gpio-interface.ts";
import { SystemClock } from "../../../../drivers/system-clock.ts";
import type { Millis } from "../../../../firmware/domain/millis.ts";
import type { Phone } from "../../../flows/phone.ts";
import { simTestPbx } from "../../../flows/sim-pbx.ts";
import { silentLog } from "../../../recording-log.ts";
import { input, output } from "./held-bank.ts";
import { BIT, PanelProcess } from "./panel-process.ts";
import { PI_4, SimChip } from "./sim-chip.ts";

/** Processes begin slowly in the guest, and more so on a busy machine. */
const SOON = 30_000;
const LOOK = { timeout: SOON, interval: 5 };

const pbx = simTestPbx();
let caller: Phone;
let target: Phone;
let desk: Phone;
let chip: SimChip;
let panel: PanelProcess;

beforeAll(async () => {
  chip = new SimChip("header", PI_4);
  await pbx.start();
  caller = pbx.phone("100", "manual");
  target = pbx.phone("101", "manual");
  desk = pbx.phone("102", "answers-on-header");
  for (const phone of [caller, target, desk, pbx.phone("103", "manual")]) await phone.start();
  panel = new PanelProcess(pbx.port);
  await panel.start();
});
afterEach(async () => {
  await caller.hangUp();
  await expect.poll(() => pbx.channels(), LOOK).toBe(0);
});
afterAll(async () => {
  SimChip.persist(false);
  await panel.end();
  await pbx.stop();
  chip.remove();
});

/** When a bit turned within `within` ms. */
async function turnsOf(bit: number, within: Millis): Promise<readonly number[]> {
  const turns: number[] = [];
  let high = chip.high(bit);
  for (const end = performance.now() + within; performance.now() < end; await sleep(4)) {
    if (chip.high(bit) === high) continue;
    high = !high;
    turns.push(performance.now());
  }
  return turns;
}

/** The level at which a bit stayed for `within` ms; undefined where it turned. */
async function rests(bit: number, within: Millis): Promise<boolean | undefined> {
  const turns = await turnsOf(bit, within);
  return turns.length === 0 ? chip.high(bit) : undefined;
}

async function ring(): Promise<void> {
  await expect.poll(() => pbx.watchers("101"), LOOK).toBeGreaterThan(0);
  await caller.call("101");
  await target.until("ringing", SOON);
  await expect.poll(() => chip.high(BIT.led), LOOK).toBe(true);
}

async function talk(): Promise<void> {
  await ring();
  await target.answer();
  await caller.until("talking", SOON);
  // Busy is steady: as long as two flashes, and not dark in between.
  await expect.poll(() => rests(BIT.led, 600), LOOK).toBe(true);
}

describe("the built daemon on a GPIO chip", () => {
  test("a ring flashes the line's lamp in its cadence, and a key takes the call", async () => {
    await ring();
    // A quarter of a second lit, a quarter dark; the median, since this machine does other things as well.
    const flashes = async (): Promise<string> => {
      const turns = await turnsOf(BIT.led, 2500);
      const lasted = turns.slice(1).map((turn, i) => turn - (turns[i] ?? 0));
      const [median = 0] = lasted.sort((a, b) => a - b).slice(lasted.length >> 1);
      const well = turns.length >= 7 && median > 200 && median < 300;
      return well ? "in its cadence" : `${turns.length} turns, ${median} ms`;
    };
    // It may look away for a while, and so miss turns; a wrong cadence is wrong each time.
    await expect.poll(flashes, LOOK).toBe("in its cadence");

    chip.pull(BIT.button, false);
    await desk.until("talking", SOON);
    await target.until("idle", SOON);
    chip.pull(BIT.button, true);
    await expect.poll(() => panel.program.output, LOOK).toContain("picked-up");
  });

  test("the buzzer sounds while a line rings, and not after that", async () => {
    await expect.poll(() => rests(BIT.buzzer, 600), LOOK).toBe(false);
    await ring();
    await expect.poll(() => chip.high(BIT.buzzer), LOOK).toBe(true);
    await expect.poll(() => chip.high(BIT.buzzer), LOOK).toBe(false);
    await expect.poll(() => chip.high(BIT.buzzer), LOOK).toBe(true);
    await target.answer();
    await caller.until("talking", SOON);
    await expect.poll(() => rests(BIT.buzzer, 2000), LOOK).toBe(false);
  });

  test("the alive lamp beats, and stands still where the process does", async () => {
    await expect.poll(async () => (await turnsOf(BIT.alive, 5000)).length, LOOK).toBeGreaterThanOrEqual(3);
    const { pid } = panel.program;
    process.kill(pid, "SIGSTOP");
    const turns = await turnsOf(BIT.alive, 3000);
    process.kill(pid, "SIGCONT");
    expect(turns).toEqual([]);
    await expect.poll(async () => (await turnsOf(BIT.alive, 2500)).length, LOOK).toBeGreaterThanOrEqual(2);
  });

  test("while the chip is away that is said, and when it is back the lamps are what they should be", async () => {
    await talk();
    chip.unplug();
    await expect.poll(() => panel.program.output, LOOK).toContain("no chip is called pinctrl-rp1 or pinctrl-bcm2711");
    chip.plug();
    await expect.poll(() => chip.high(BIT.led), LOOK).toBe(true);
    await expect.poll(() => chip.pulledUp(BIT.button), LOOK).toBe(true);
  });

  test("while it runs, blfd dark says who holds the lines, and leaves the lamps to it", async () => {
    await talk();
    const { code, said } = await panel.dark();
    expect(code).toBe(1);
    expect(said).toMatch(
      /^blfd dark: bank header: pinctrl-bcm2711 \(\/dev\/gpiochip\d+\): bit 4 is taken by blfd, bit 5 is taken by blfd; /,
    );
    expect(chip.high(BIT.led)).toBe(true);
  });

  test("killed, it leaves its lines to whoever asks next, and a chip that does not persist is dark", async () => {
    await talk();
    await panel.program.kill();
    expect(chip.high(BIT.led)).toBe(false);
    const wiring = { outputs: [output(BIT.led)], inputs: [input(BIT.button)] };
    const options = { name: "next", chips: [PI_4.label], wiring, clock: new SystemClock(), log: silentLog };
    const next = gpioBank(options, "chardev");
    const states: string[] = [];
    next.onState((state) => states.push(state));
    await next.start();
    expect(states).toEqual(["up"]);
    await next.halt();
    expect(await panel.dark()).toEqual({ code: 0, said: "" });
    expect(chip.high(BIT.led)).toBe(false);
  });

  test("killed, it leaves a chip that persists lit, and blfd dark darkens that", async () => {
    SimChip.persist(true);
    await panel.start();
    await talk();
    await panel.program.kill();
    expect(chip.high(BIT.led)).toBe(true);
    expect(await panel.dark()).toEqual({ code: 0, said: "" });
    expect([chip.high(BIT.led), chip.high(BIT.lowLed), chip.high(BIT.alive)]).toEqual([false, true, false]);
  });

  test("without the native packages, what is missing and what brings it is said", async () => {
    const files = ["node_modules/koffi/index.js", "node_modules/onoff/onoff.js"];
    for (const file of files) renameSync(file, `${file}.away`);
    const { code, said } = await panel.builtDark();
    for (const file of files) renameSync(`${file}.away`, file);
    expect(code).toBe(1);
    expect(said).toMatch(
      /^blfd dark: bank header: chardev is not to be had: the package koffi cannot be loaded \(.+\); "npm install koffi" brings it, and "npm rebuild koffi" makes it fit another Node; sysfs is not to be had: the package onoff cannot be loaded /,
    );
  });

  test("without a chip, blfd dark says so", async () => {
    chip.unplug();
    const { code, said } = await panel.dark();
    expect(code).toBe(1);
    expect(said).toContain("blfd dark: bank header: no chip is called pinctrl-rp1 or pinctrl-bcm2711");
  });
});
