import { expect, test } from "vitest";
import type { Board } from "../../firmware/domain/board.ts";
import { frame, glow } from "../../sim/terminal/frame.ts";

const board: Board = {
  name: "two",
  title: "Two keys",
  columns: 3,
  rows: 1,
  banks: [],
  keys: [
    { id: "1", leds: [], column: 0, row: 0 },
    { id: "2", leds: [], column: 1, row: 0 },
  ],
};

const PLAIN = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

test("draws each key with its lamp, its label and what to type", () => {
  const keys = new Map([
    ["1", { label: "A label that is far too long", line: "101", state: "ringing", lit: ["red"] as const }],
    ["2", { label: "Lab", line: "102", state: "idle", lit: [] }],
  ]);
  const strokes = new Map([
    ["1", "1"],
    ["2", "2"],
  ]);
  const view = {
    board,
    keys,
    strokes,
    phone: "desk phone: idle",
    link: "PBX: up",
    story: ["first"],
    help: ["q: quit"],
  };
  const plain = frame(view).map((line) => line.replace(PLAIN, ""));
  expect(plain.slice(0, 5)).toEqual([
    " Two keys   PBX: up · desk phone: idle",
    " ╭──────────────────╮ ╭──────────────────╮ ╭──────────────────╮",
    " │ ● A label tha[1] │ │ ○ Lab        [2] │ │                  │",
    " │   101 ringing    │ │   102 idle       │ │                  │",
    " ╰──────────────────╯ ╰──────────────────╯ ╰──────────────────╯",
  ]);
  expect(plain.filter((line) => line === " first")).toHaveLength(1);
  expect(plain.at(-1)).toBe(" q: quit");
  expect(new Set(plain.slice(1, 5).map((line) => line.length))).toEqual(new Set([63]));
});

test("who calls stands in the edge below, as much of it as fits, and can paint nothing", () => {
  const below = (caller?: string): string | undefined => {
    const key = { label: "Lab", line: "102", state: "ringing", lit: [], ...(caller !== undefined && { caller }) };
    const view = { board, keys: new Map([["1", key]]), strokes: new Map(), phone: "", link: "", story: [], help: [] };
    return frame(view)[4]?.slice(1, 21);
  };
  expect(below()).toBe("╰──────────────────╯");
  expect(below("Anna Meier 205")).toBe("╰─ Anna Meier 205 ─╯");
  expect(below("•••• 67")).toBe("╰─ •••• 67 ────────╯");
  expect(below("Annamaria Meier-Schmidt 205")).toBe("╰─ Annamaria Mei… ─╯");
  expect(below("A\u001b[2JB")).toBe("╰─ A[2JB ──────────╯");
});

test("red and green together are amber", () => {
  expect([glow(["red", "green"]), glow(["green"]), glow([])]).toEqual(["amber", "green", undefined]);
});
