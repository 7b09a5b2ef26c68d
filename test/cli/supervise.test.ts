import { afterEach, beforeEach, expect, test } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { supervise } from "../../firmware/cli/supervise.ts";
import { loadSettings } from "../../firmware/config/load.ts";
import { Daemon } from "../../firmware/daemon.ts";
import { Answered } from "../../firmware/mqtt/commands.ts";
import { Reporter } from "../../firmware/mqtt/reporter.ts";
import { Panel } from "../../firmware/panel/panel.ts";
import { type SimBankBack, simBank } from "../../sim/bank.ts";
import { Broker } from "../../sim/broker.ts";
import { MemoryFiles } from "../config/memory-files.ts";
import { GOOD, PATHS } from "../config/panel-files.ts";
import { Ear, retainedAt } from "../mqtt/ear.ts";
import { RecordingLog } from "../recording-log.ts";
import { Pbx } from "../station.ts";

const SOON = { timeout: 10_000, interval: 5 };

let broker: Broker;
let port: number;
let ear: Ear;
let files: MemoryFiles;
/** The lamps of every panel that was made, first to last. */
let walls: SimBankBack[];
/** What the next panel cannot start for. */
let refusal: Error | undefined;
let end: (code: number) => void;
let running: Promise<number>;

/** The good panel of two keys, with another text in one place. */
function write(right = "panel", wrong = right): void {
  const text = `${GOOD.settings}mqtt: { url: "mqtt://127.0.0.1:${port}" }\n`;
  files.put(
    PATHS.settings,
    text.replace(right, () => wrong),
  );
}

function start(): void {
  const clock = new SystemClock();
  const log = new RecordingLog();
  const load = () => loadSettings("blfd.yaml", { boardConfigs: "board-configs", files, env: { SIP_PASSWORD: "word" } });
  const first = load();
  if (!first.ok || !first.settings.mqtt) throw new Error("not good");
  const answered = new Answered();
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  running = supervise(first.settings, {
    load,
    log,
    ended,
    make: (settings, reload) => {
      const { board, panel, mqtt } = settings;
      const lamps = simBank({ name: "lamps", width: 4, clock });
      const buttons = simBank({ name: "buttons", width: 2, clock });
      if (refusal) lamps.back.refuse(refusal);
      refusal = undefined;
      walls.push(lamps.back);
      const agent = new Pbx();
      agent.up = false;
      const banks = new Map([lamps, buttons].map(({ bank }) => [bank.name, bank]));
      const reporter = mqtt && { reporter: new Reporter({ settings: mqtt, panel, clock, log }) };
      const module = new Panel({ name: "desk", board, banks, clock });
      return new Daemon({ settings, module, agent, ...reporter, reload, answered, clock, log, run: "test" });
    },
  });
}

beforeEach(async () => {
  broker = new Broker();
  port = await broker.start();
  ear = new Ear();
  await ear.start(port);
  files = new MemoryFiles();
  for (const name of ["board", "profile", "scheme"] as const) files.put(PATHS[name], GOOD[name]);
  walls = [];
  refusal = undefined;
  write();
  start();
  await expect.poll(status, SOON).toEqual(["online"]);
});
afterEach(async () => {
  end(0);
  expect(await running).toBe(0);
  expect(walls.map(({ outputs }) => outputs)).toEqual(walls.map(() => 0));
  await ear.stop();
  await broker.stop();
});

const status = (): string[] => ear.on("blfd/ward-3/status");
const say = (text: string): Promise<void> => ear.say("blfd/ward-3/command/reload", text);
const results = (): Record<string, unknown>[] =>
  ear.on("blfd/ward-3/command/reload/result").map((text): Record<string, unknown> => JSON.parse(text));
const label = (key: string): string | undefined => JSON.parse(ear.on(`blfd/ward-3/lamp/${key}`).at(-1) || "{}").label;

test("a reload starts the panel anew with what its files say by then, and is answered when it is there", async () => {
  expect([label("1"), label("2")]).toEqual(["Reception", "105"]);
  write('label: Reception }\n  2: { line: "105", pickup: false }', "label: Front desk }");
  await say('{"id":"a"}');
  await expect.poll(results, SOON).toMatchObject([{ id: "a", result: "done" }]);
  expect(status()).toEqual(["online", "offline", "online"]);
  expect(label("1")).toBe("Front desk");
  // A key that is gone is not left behind as something that is known.
  expect([...(await retainedAt(port, 3)).keys()].sort()).toEqual([
    "blfd/ward-3/lamp/1",
    "blfd/ward-3/pbx",
    "blfd/ward-3/status",
  ]);
  expect(walls).toHaveLength(2);
  await say('{"id":"a"}');
  await expect.poll(results, SOON).toMatchObject([{ id: "a" }, { id: "a", result: "done", again: true }]);
  expect(walls).toHaveLength(2);
});

test("a configuration with problems is answered by all of them, and nothing is changed", async () => {
  write('line: "101"', 'lime: "101"');
  files.put(PATHS.board, GOOD.board.replace("bit: 2", "bit: 7"));
  await say("{}");
  await expect.poll(results, SOON).toMatchObject([
    {
      result: "failed",
      why: "the configuration has 2 problems; nothing is changed",
      problems: [
        expect.stringMatching(/^blfd.yaml:14:8: keys.1.lime: unknown key/),
        expect.stringMatching(/^board-configs\/boards\/desk.yaml:11:38: .* bank lamps has 4 bits/),
      ],
    },
  ]);
  expect([walls.length, status()]).toEqual([1, ["online"]]);
  // Mended, it works.
  files.put(PATHS.board, GOOD.board);
  write();
  await say("{}");
  await expect.poll(results, SOON).toMatchObject([{ result: "failed" }, { result: "done" }]);
});

test("settings that do not start leave the former ones", async () => {
  write("Reception", "Front desk");
  refusal = new Error("no permission");
  await say('{"id":"b"}');
  await expect.poll(results, SOON).toMatchObject([
    {
      id: "b",
      result: "failed",
      why: expect.stringContaining("the former ones are back: bank lamps of desk cannot start"),
    },
  ]);
  expect([label("1"), walls.length]).toEqual(["Reception", 3]);
  await expect.poll(() => status().at(-1), SOON).toBe("online");
});

test("one that comes while another is under way is refused, or never looked at", async () => {
  await Promise.all([say("{}"), say("{}")]);
  await expect.poll(() => results().at(-1)?.result, SOON).toBe("done");
  for (const { result, why } of results().slice(0, -1))
    expect([result, why]).toEqual(["refused", "a reload is under way"]);
  expect(walls).toHaveLength(2);
});
