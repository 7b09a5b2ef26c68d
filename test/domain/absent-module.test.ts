import { beforeEach, describe, expect, test } from "vitest";
import { Attended, kinds, scheme } from "./attended.ts";

let panel: Attended;
beforeEach(() => {
  panel = new Attended();
});

describe("a module that goes", () => {
  const module = (at: number, why?: string, ...gone: string[]) =>
    panel.take({ kind: "module", name: "panel", why, gone: new Set(gone), at });
  beforeEach(() => panel.calm(0));

  test("takes its keys out of sight, once, and only them; what is shown there meanwhile is told of nobody", () => {
    expect(module(10, "left: unplugged", "1", "12", "zone")).toEqual([
      { kind: "lost", key: "1", look: scheme.states.unknown, since: 10 },
      { kind: "lost", key: "12", look: scheme.states.unknown, since: 10 },
      { kind: "report", report: { type: "fault", what: "module panel", why: "left: unplugged", at: 10 } },
    ]);
    expect(kinds(module(20, "left: no such port", "1", "12"))).toEqual(["fault"]);
    const [first, other] = panel.line("ringing", 30);
    expect([first, other]).toEqual([
      expect.objectContaining({ kind: "show", key: "1", state: "ringing", away: true }),
      { kind: "show", key: "3", look: scheme.states.ringing, state: "ringing", since: 30 },
    ]);
  });

  test("brings them back as they are by then", () => {
    module(10, "left: unplugged", "1", "3");
    panel.line("ringing", 20);
    module(30, "left: unplugged", "3");
    expect(module(40)).toEqual([
      { kind: "show", key: "3", look: scheme.states.ringing, state: "ringing", since: 20 },
      { kind: "report", report: { type: "mended", what: "module panel", at: 40 } },
    ]);
    expect(panel.line("idle", 50).slice(0, 2)).toEqual([
      { kind: "show", key: "1", look: scheme.states.idle, state: "idle", since: 50 },
      { kind: "show", key: "3", look: scheme.states.idle, state: "idle", since: 50 },
    ]);
  });
});
