import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { disk } from "../../firmware/config/files.ts";
import { loadScenario } from "../../firmware/config/load-scenario.ts";
import { renderProblem } from "../../firmware/config/problem.ts";
import { FAULT_NAMES } from "../../sim/pbx/faults/faults.ts";
import { checkSteps } from "../../sim/scenario/check-steps.ts";

const boardConfigs = resolve(import.meta.dirname, "../../board-configs");

const GOOD = `title: A call is taken
panel: shop-counter-4
steps:
  - call: { from: "201", to: "21" }
  - expect: { lamp: 1, shows: ringing, within: 2s }
  - press: 1
  - expect: { outcome: picked-up }
`;

function load(text: string) {
  const files = { ...disk, read: (path: string) => (path === "story.yaml" ? text : disk.read(path)) };
  return loadScenario("story.yaml", { boardConfigs, files }, checkSteps);
}

/** What is told about the good one with `wrong` in the place of `right`. */
function toldOf(right: string, wrong: string): string[] {
  if (GOOD.split(right).length !== 2) throw new Error(`${right} is not there once`);
  const loaded = load(GOOD.replace(right, () => wrong));
  return loaded.ok ? [] : loaded.problems.map((problem) => renderProblem(problem).replace("story.yaml:", ""));
}

test("a good one", () => {
  expect(load(GOOD)).toMatchObject({
    ok: true,
    scenario: {
      file: "story.yaml",
      title: "A call is taken",
      clock: "manual",
      at: "2026-03-02 09:00",
      seed: 1,
      real: true,
      settings: { panel: "counter" },
      steps: [
        { kind: "call", from: "201", to: "21" },
        { kind: "expect", of: "lamp", lamp: "1", shows: "ringing", within: 2000 },
        { kind: "press", key: "1" },
        { kind: "expect", of: "outcome", outcome: "picked-up" },
      ],
      places: [{ line: 4 }, { line: 5 }, { line: 6 }, { line: 7 }],
    },
  });
});

test.each([
  ["say: Good morning", { kind: "say", text: "Good morning" }],
  ["press: { key: 2, hold: 2s }", { kind: "press", key: "2", hold: 2000 }],
  ["hang up: 21", { kind: "hang up", number: "21" }],
  ["transfer: { from: 21, to: 22 }", { kind: "transfer", from: "21", to: "22" }],
  ["link: cut", { kind: "link", is: "cut" }],
  ["fault: crash", { kind: "fault", name: "crash" }],
  ["unplug: header", { kind: "unplug", bank: "header" }],
  ["wait: 500ms", { kind: "wait", time: 500 }],
  ["expect: { lamp: 2, stays: dark, for: 2s }", { of: "lamp", lamp: "2", stays: "dark", during: 2000 }],
  ["expect: { lamp: 2, shows: ringing, caller: Anna }", { of: "lamp", lamp: "2", shows: "ringing", caller: "Anna" }],
  ["expect: { event: { type: fault, up: false } }", { of: "event", part: { type: "fault", up: false } }],
  ["expect: { no event: { key: 1 }, for: 1s }", { of: "no event", part: { key: 1 }, during: 1000 }],
  ["expect: { phone: 20, is: talking }", { of: "phone", number: "20", is: "talking" }],
  ["expect: { outcome: refused, reason: desk phone }", { of: "outcome", reason: "desk phone" }],
])("a step: %s", (written, step) => {
  const loaded = load(GOOD.replace("press: 1", () => written));
  expect(loaded.ok && loaded.scenario.steps[2]).toMatchObject(step);
});

describe("what is wrong is told with its place and its mend", () => {
  test.each([
    ["press: 1", "pres: 1", "6:5: steps item 3.pres: unknown key; did you mean press?"],
    ["press: 1", "press: 9", "6:12: steps item 3.press: there is no key 9; there is 1, 2, 3, 4"],
    [
      "press: 1",
      "press: { key: 1, hold: 2 }",
      "6:28: steps item 3.press.hold: not 2 but a time from 0ms to 60m, with its unit",
    ],
    [
      "press: 1",
      "{ press: 1, wait: 2s }",
      "6:5: steps item 3: is press and wait at once; write one of say, call, answer, hang up, hold, resume, transfer, park, press, close, open, unplug, replug, link, fault, mend, wait, expect, each in a step of its own",
    ],
    [
      "press: 1",
      "answer: 999",
      "6:13: steps item 3.answer: there is no phone 999; there is 20, 21, 22, 23, 201, 202, 203, 204",
    ],
    ["press: 1", "fault: fire", `6:12: steps item 3.fault: there is no fault fire; there is ${FAULT_NAMES.join(", ")}`],
    ["press: 1", "unplug: lamps", "6:13: steps item 3.unplug: there is no bank lamps; there is header"],
    ["press: 1", "link: broken", '6:11: steps item 3.link: not "broken" but cut or restored'],
    ["press: 1", "expect: { buzzer: on }", "6:23: steps item 3.expect.buzzer: board board has no buzzer; take it out"],
    [
      "{ outcome: picked-up }",
      "{ outcome: taken }",
      '7:24: steps item 4.expect.outcome: not "taken" but picked-up, done, refused, too-late, no-answer or failed',
    ],
    [
      "{ outcome: picked-up }",
      "{ within: 2s }",
      "7:13: steps item 4.expect: does not say of what; write one of lamp, outcome, event, no event, buzzer, phone",
    ],
    [
      "{ outcome: picked-up }",
      "{ outcome: picked-up, for: 2s }",
      "7:40: steps item 4.expect.for: means nothing beside outcome; take it out",
    ],
    [
      "{ outcome: picked-up }",
      "{ lamp: 1 }",
      "7:13: steps item 4.expect: lamp wants shows or stays beside it; write one of them",
    ],
    [
      "{ outcome: picked-up }",
      "{ lamp: 1, stays: idle }",
      "7:13: steps item 4.expect: stays wants a time beside it; write for: 2s",
    ],
    [
      "{ outcome: picked-up }",
      "{ lamp: 1, stays: idle, for: 2s, caller: nobody }",
      "7:54: steps item 4.expect.caller: means nothing without shows; write that, too",
    ],
    [
      "{ outcome: picked-up }",
      "{ lamp: door, shows: lit }",
      "7:21: steps item 4.expect.lamp: there is no lamp door; there is 1, 2, 3, 4",
    ],
    [
      "panel: shop-counter-4",
      "panel: shop",
      "2:8: panel: there is no panel shop; write executive-2, nurse-station-8, reception-12, shop-counter-4, town or warehouse-8, or a path such as ./blfd.yaml",
    ],
    [
      "title: A call is taken",
      "at: soon",
      "1:1: title: missing; write a short text",
      '1:5: at: not "soon" but a local time such as "2026-03-02 09:00"',
    ],
  ])("%s → %s", (right, wrong, ...told) => {
    expect(toldOf(right, wrong)).toEqual(told);
  });

  test("also in the settings of its panel", () => {
    const told = toldOf("panel: shop-counter-4", `panel: ${boardConfigs}/boards/pi-12.yaml`);
    expect(told.length).toBeGreaterThan(0);
    expect(told.every((line) => /pi-12\.yaml:\d+:\d+: /.test(line))).toBe(true);
  });

  test("a file that is not there", () => {
    const loaded = loadScenario("nowhere.yaml", { boardConfigs }, checkSteps);
    expect(loaded.ok ? [] : loaded.problems.map(renderProblem)).toEqual([
      "nowhere.yaml:1:1: cannot be read: there is no such file",
    ]);
  });
});

describe("a captured conversation in the place of PBX and people", () => {
  const capture = resolve(boardConfigs, "scenarios/captures/killed-pbx.jsonl");

  test("is found by its path from the scenario", () => {
    const text = "title: A fault\npanel: town\nreplay: captures/killed-pbx.jsonl\nsteps: [{ wait: 1s }]\n";
    const file = resolve(boardConfigs, "scenarios/fault.yaml");
    const files = { ...disk, read: (path: string) => (path === file ? text : disk.read(path)) };
    const loaded = loadScenario(file, { boardConfigs, files }, checkSteps);
    expect(loaded).toMatchObject({ ok: true, scenario: { replay: capture } });
  });

  test("has nobody to be told anything, and no PBX that could be at fault", () => {
    const told = toldOf("panel: shop-counter-4", `panel: shop-counter-4\nreplay: ${capture}`);
    expect(told).toEqual([
      expect.stringContaining("a captured conversation has no phone to be told anything; take it out"),
    ]);
  });

  test("has to be there, and one", () => {
    const away = toldOf("panel: shop-counter-4", "panel: shop-counter-4\nreplay: ./nowhere.log");
    expect(away[0]).toMatch(/^3:9: replay: nowhere\.log cannot be read: ENOENT/);
    const none = toldOf("panel: shop-counter-4", `panel: shop-counter-4\nreplay: ${boardConfigs}/SIDECAR.md`);
    expect(none[0]).toMatch(/SIDECAR\.md holds no conversation in a form that is known/);
  });
});
