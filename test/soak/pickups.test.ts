import { afterAll, beforeAll, expect, test } from "vitest";
import { Asterisk } from "../real/asterisk/asterisk.ts";
import { say, spread, tally, times } from "./record.ts";
import { Scene } from "./scene.ts";

/** A generous bound of a wait (ms). */
const SOON = 10_000;

/** What went wrong, one sentence a time: all of them run, and then all are told. */
let problems: string[] = [];
let scene: Scene;

beforeAll(async () => {
  const pbx = new Asterisk();
  await pbx.start();
  scene = new Scene(pbx);
  await scene.start();
  const [version] = /Asterisk \d+\.\d+\.\d+/.exec(await pbx.cli("core show version")) ?? [];
  say(`node ${process.version}, ${version}, three baresip phones, UDP, all on one machine`);
});
afterAll(() => scene?.stop());

/** Runs one time after the other; a time that goes wrong is noted, tidied up after, and the next one begins. */
async function repeat(count: number, once: (time: number) => Promise<void>): Promise<void> {
  problems = [];
  for (let time = 1; time <= count; time++) {
    try {
      await once(time);
    } catch (error) {
      problems.push(`${time}: ${error instanceof Error ? error.message : String(error)}`);
      if (problems.length === 1) process.stderr.write(`what Asterisk saw: ${await scene.pbx.saveLog()}\n`);
      await scene.tidy().catch(() => undefined);
    }
  }
}

test("pickups in a row", async () => {
  const count = times(100);
  const { panel, caller, desk } = scene;
  const took: number[] = [];
  const outcomes: string[] = [];
  let heard = 0;
  let clean = 0;
  await repeat(count, async () => {
    await scene.ring();
    const pressed = performance.now();
    const { outcome = "none", reason } = await panel.pressed("1");
    took.push(performance.now() - pressed);
    outcomes.push(outcome);
    if (outcome !== "picked-up") throw new Error(`${outcome}: ${reason}`);
    await Promise.all([caller, desk].map((phone) => phone.until("talking", SOON)));
    await scene.heardBothWays();
    heard++;
    await caller.hangUp();
    await scene.nothingLeft();
    clean++;
  });
  say(
    `pickups: ${count} in a row: ${tally(outcomes)}; RTP both ways in ${heard}; nothing left after ${clean}; ` +
      `from press to outcome ${spread(took)}`,
  );
  expect(problems).toEqual([]);
  expect([tally(outcomes), heard, clean]).toEqual([`${count} picked-up`, count, count]);
});

test("restarts of the PBX by kill -9", async () => {
  const count = times(20);
  const { panel, pbx } = scene;
  const [unknownAfter, trueAfter]: [number[], number[]] = [[], []];
  const wrong: string[] = [];
  await repeat(count, async (time) => {
    // Every other time in the middle of a ring, so that the state before is not the one after.
    if (time % 2 === 0) await scene.ring();
    await pbx.kill();
    const killed = performance.now();
    const from = panel.lampMessages.length;
    await panel.untilLamps(["unknown", "unknown", "unknown", "unknown", "unknown"], 6000);
    unknownAfter.push(performance.now() - killed);
    await pbx.start();
    const booted = performance.now();
    await panel.untilLamps(["idle", "idle", "idle", "idle", "idle"], 10_000);
    trueAfter.push(performance.now() - booted);
    for (const line of ["101", "102"]) {
      await expect.poll(() => pbx.lineState(line), { timeout: SOON }).toMatch(/^(idle|offline)$/);
    }
    for (const key of ["1", "2", "3", "4", "5"]) {
      const seen = panel.lampMessages.slice(from).filter((message) => message.key === key);
      const states = seen.map(({ state }) => state).join(" ");
      if (states !== "unknown idle") wrong.push(`${time}: lamp ${key}: ${states}`);
    }
    await scene.tidy();
  });
  say(
    `restarts: ${count} by kill -9, every other one in the middle of a ring: lamps unknown after ${spread(unknownAfter)}; ` +
      `true, counted from fully booted, after ${spread(trueAfter)}; anything but unknown between: ${wrong.length}`,
  );
  expect(problems).toEqual([]);
  expect(wrong).toEqual([]);
  await scene.ring();
  expect(await panel.pressed("1")).toMatchObject({ outcome: "picked-up" });
  await scene.tidy();
});

/** When the caller hangs up, in ms from the press: before it as well, and until after the call has reached the desk phone. */
const [EARLIEST, LATEST] = [-10, 60];

test("callers who hang up as the key goes down", async () => {
  const count = times(50);
  const { panel, caller, desk } = scene;
  const outcomes: string[] = [];
  const [answered, landed, untrue]: [number[], number[], number[]] = [[], [], []];
  let clean = 0;
  await repeat(count, async (time) => {
    await scene.ring();
    // At random within its own part of the time, so that all of it is tried.
    const offset = EARLIEST + ((LATEST - EARLIEST) * (time - 1 + Math.random())) / count;
    const hungUp = after(Math.max(0, offset)).then(() => {
      if (desk.state === "talking") (caller.state === "talking" ? landed : answered).push(time);
      return caller.hangUp();
    });
    const { outcome = "none" } = await after(Math.max(0, -offset)).then(() => panel.pressed("1"));
    outcomes.push(outcome);
    // It is told some 0.4 s after the last leg has changed: the phones have noticed by then.
    if (outcome === "picked-up" && !(desk.state === "talking" && caller.state === "talking")) untrue.push(time);
    await hungUp;
    // Nobody else hangs up: had the desk phone kept a call in spite of another outcome, this would see it.
    await scene.nothingLeft();
    clean++;
  });
  say(
    `races: ${count}, the caller hanging up from ${-EARLIEST} ms before to ${LATEST} ms after the press: ${tally(outcomes)}; ` +
      `by then the desk phone had answered in ${answered.length + landed.length} and had the call in ${landed.length}; ` +
      `false picked-up: ${untrue.length}; nothing left after ${clean}`,
  );
  expect(problems).toEqual([]);
  expect([untrue, clean]).toEqual([[], count]);
});

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
