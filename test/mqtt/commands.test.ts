import { beforeEach, describe, expect, test } from "vitest";
import type { Command, CommandResult } from "../../firmware/mqtt/command.ts";
import { Answered, Commands, type Order } from "../../firmware/mqtt/commands.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { RecordingLog } from "../recording-log.ts";

let performed: Command[];
let sent: Record<string, unknown>[];
let answered: Answered;
let commands: Commands;
/** Undefined: it is told later. */
let outcome: CommandResult | undefined;
const make = () =>
  new Commands({
    send: (verb, text) => sent.push({ verb, ...JSON.parse(text()) }),
    perform: (command) => {
      performed.push(command);
      return outcome;
    },
    answered,
    allowed: ["lamp-test", "reload"],
    clock: new ManualClock(),
    log: new RecordingLog(),
  });
beforeEach(() => {
  performed = [];
  sent = [];
  answered = new Answered();
  outcome = { result: "done" };
  commands = make();
});
const order = (text: string, more: Partial<Order> = {}) =>
  commands.take({ verb: "lamp-test", text, retained: false, repeated: false, ...more });

describe("commands", () => {
  test("are done, and what became of them is told with their id and the time", () => {
    order("{}");
    order('{"id":"a"}');
    expect(performed).toHaveLength(2);
    expect(sent).toEqual([
      { verb: "lamp-test", at: "2026-01-01T00:00:00.000Z", result: "done" },
      { verb: "lamp-test", id: "a", at: "2026-01-01T00:00:00.000Z", result: "done" },
    ]);
  });

  test("that the broker keeps are never done, whatever they hold", () => {
    order('{"id":"a"}', { retained: true });
    order("noise", { retained: true });
    expect(performed).toEqual([]);
    expect(sent).toMatchObject([{ result: "ignored" }, { result: "ignored" }]);
    order('{"id":"a"}');
    expect(performed).toHaveLength(1);
  });

  test("are not what takes a kept one away: an empty message", () => {
    order("");
    expect(performed).toEqual([]);
    expect(sent).toMatchObject([{ result: "ignored", why: expect.stringContaining("send {}") }]);
  });

  test("that are no commands are refused, also on topics of verbs that there are not", () => {
    order("now");
    order("{}", { verb: "identify" });
    order("{}", { verb: "pickup" });
    expect(performed).toEqual([]);
    expect(sent).toMatchObject([
      { verb: "lamp-test", result: "refused" },
      { verb: "identify", result: "refused" },
      { verb: "pickup", result: "refused" },
    ]);
  });

  test("that come twice are done once, and answered twice", () => {
    outcome = { result: "failed", why: "because", problems: ["a", "b"] };
    order('{"id":"a"}');
    order('{"id":"a"}', { repeated: true });
    order('{"id":"a"}', { verb: "reload" });
    expect(performed).toHaveLength(2);
    expect(sent).toMatchObject([
      { verb: "lamp-test", id: "a", result: "failed", problems: ["a", "b"] },
      { verb: "lamp-test", id: "a", result: "failed", problems: ["a", "b"], again: true },
      { verb: "reload", id: "a", result: "failed" },
    ]);
    expect(sent[0]).not.toHaveProperty("again");
  });

  test("that the broker sends again, and nobody can tell apart, are not done", () => {
    order("{}", { repeated: true });
    expect(performed).toEqual([]);
    expect(sent).toMatchObject([{ result: "ignored", why: expect.stringContaining("without an id") }]);
    order('{"id":"a"}', { repeated: true });
    expect(performed).toHaveLength(1);
  });

  test("that take longer are answered once, by whoever comes after", () => {
    outcome = undefined;
    order('{"id":"a"}', { verb: "reload" });
    commands = make();
    order('{"id":"a"}', { verb: "reload" });
    expect([performed.length, sent.length]).toEqual([1, 0]);
    commands.answer("reload", "a", { result: "done" });
    order('{"id":"a"}', { verb: "reload" });
    expect(performed).toHaveLength(1);
    expect(sent).toMatchObject([{ result: "done" }, { result: "done", again: true }]);
  });

  test("are forgotten after a hundred others", () => {
    for (let i = 0; i <= 100; i++) order(`{"id":"${i}"}`);
    order('{"id":"0"}');
    order('{"id":"100"}');
    expect(performed).toHaveLength(102);
  });
});
