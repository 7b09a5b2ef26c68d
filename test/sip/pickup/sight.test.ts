import { describe, expect, test } from "vitest";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import { callIn, ringsAt, ringsTogether, roomIn, watching } from "../../../firmware/sip/pickup/sight.ts";
import { ScriptedLines } from "./scripted.ts";

const from = (identity: string, more = {}) => ({ remote: { identity }, ...more });

describe("the ring that is to be taken", () => {
  const ringing = () => {
    const lines = new ScriptedLines({ "101": "ringing", "103": "ringing" });
    return { lines, ring: ({ line }: { line: string }) => [line, lines.view(line).ring] as const };
  };

  test.each<[LineState, string]>([
    ["idle", "gone"],
    ["busy", "gone"],
    ["held", "gone"],
    ["offline", "gone"],
    ["unknown", "unknown"],
    ["ringing", "gone"], // another one
  ])("%s: %s", (state, quarry) => {
    const { lines } = ringing();
    const look = ringsAt(lines, new Map([["101", lines.view("101").ring]]));
    expect(look()).toBe("there");
    lines.see("101", state);
    expect(look()).toBe(quarry);
  });

  test("one that had ended before it was looked at is gone", () => {
    const { lines } = ringing();
    expect(ringsAt(lines, new Map([["101", "an earlier ring"]]))()).toBe("gone");
  });

  test("of several, each counts; one that is gone is certain, whatever is not known of others", () => {
    const { lines, ring } = ringing();
    const look = ringsAt(lines, new Map([ring({ line: "101" }), ring({ line: "103" })]));
    lines.see("103", "unknown");
    expect(look()).toBe("unknown");
    lines.see("101", "busy");
    expect(look()).toBe("gone");
  });
});

test.each<[LineState, string, string]>([
  ["busy", "there", "gone"],
  ["held", "there", "gone"],
  ["idle", "gone", "there"],
  ["unknown", "unknown", "unknown"],
])("a slot that is %s: the call in it is %s, the room in it %s", (state, call, room) => {
  const lines = new ScriptedLines({ "701": state });
  expect([callIn(lines, "701")(), roomIn(lines, ["701"])()]).toEqual([call, room]);
});

test("a watch hears of its lines and of the phone, and of nothing else", () => {
  const lines = new ScriptedLines({ "101": "ringing", "102": "idle", "103": "idle" });
  const heard: string[] = [];
  const cancel = watching(lines, "102", ["101"], () => "there").onChange(() => heard.push(lines.view("102").state));
  lines.see("103", "busy");
  lines.see("101", "idle");
  lines.see("102", "busy");
  cancel();
  lines.see("102", "idle");
  expect(heard).toEqual(["idle", "busy"]);
});

describe("lines that ring together", () => {
  test.each([
    ["for one caller", [from("sip:100@x")], [from("sip:100@x")], true],
    ["for two callers", [from("sip:100@x")], [from("sip:104@x")], false],
    ["for one caller among others", [from("sip:100@x"), from("sip:9@x")], [from("sip:9@x")], true],
    ["one of them talks to that caller", [from("sip:100@x")], [from("sip:100@x", { state: "confirmed" })], false],
    ["one of them calls that caller", [from("sip:100@x")], [from("sip:100@x", { direction: "initiator" })], false],
    ["for callers that are not told", [{}], [{}], false],
  ])("%s: %s", (_, first, second, together) => {
    const lines = new ScriptedLines({});
    lines.tell("101", first);
    lines.tell("103", second);
    expect(ringsTogether(lines, "101", new Set(["101", "103", "105"]))).toBe(together);
  });
});
