import type { Board } from "../../firmware/domain/board.ts";
import { cleaned } from "../../firmware/domain/caller.ts";
import type { KeyId } from "../../firmware/domain/key.ts";
import type { Colour } from "../../firmware/domain/lamp.ts";

/** One key as the frame draws it. */
export interface KeyView {
  readonly label: string;
  readonly line: string;
  readonly state: string;
  /** Who is behind that, where it may be shown. */
  readonly caller?: string;
  /** Colours of the LEDs that are lit at this moment. */
  readonly lit: readonly Colour[];
}

export interface FrameView {
  readonly board: Board;
  readonly keys: ReadonlyMap<KeyId, KeyView>;
  /** What to type to press a key. */
  readonly strokes: ReadonlyMap<KeyId, string>;
  readonly phone: string;
  readonly link: string;
  /** Newest last. */
  readonly story: readonly string[];
  readonly help: readonly string[];
}

const CELL = 18;
const STORY = 8;
const RESET = "\x1b[0m";
const DIM = "\x1b[2m";
const BOLD = "\x1b[1m";
const INK: Readonly<Record<Colour, string>> = {
  red: "\x1b[91m",
  green: "\x1b[92m",
  amber: "\x1b[93m",
  blue: "\x1b[94m",
  white: "\x1b[97m",
};

/** The panel as text, one line of the terminal each. The lamp is a disc: filled while lit, a ring while dark. */
export function frame(view: FrameView): string[] {
  const { board, keys, strokes } = view;
  const lines = [`${BOLD} ${board.title}${RESET}   ${DIM}${view.link} · ${view.phone}${RESET}`];
  for (let row = 0; row < board.rows; row++) {
    const cells: string[][] = [];
    for (let column = 0; column < board.columns; column++) {
      const place = board.keys.find((key) => key.row === row && key.column === column);
      cells.push(cell(place && keys.get(place.id), (place && strokes.get(place.id)) ?? ""));
    }
    for (let line = 0; line < 4; line++) lines.push(` ${cells.map((c) => c[line] ?? "").join(" ")}`);
  }
  lines.push("");
  const story = view.story.slice(-STORY);
  for (let i = 0; i < STORY; i++) lines.push(` ${story[i] ?? ""}`);
  lines.push("", ...view.help.map((line) => ` ${DIM}${line}${RESET}`));
  return lines;
}

function cell(key: KeyView | undefined, stroke: string): string[] {
  const edge = "─".repeat(CELL);
  const body = (text: string, ink = "") => `│${ink}${text.slice(0, CELL).padEnd(CELL)}${ink ? RESET : ""}│`;
  if (!key) return [`╭${edge}╮`, body(""), body(""), `╰${edge}╯`];
  const colour = glow(key.lit);
  const disc = colour ? `${INK[colour]}●${RESET}` : `${DIM}○${RESET}`;
  const head = `│ ${disc} ${key.label.slice(0, CELL - 7).padEnd(CELL - 7)}${DIM}[${stroke.padEnd(1)}]${RESET} │`;
  const glowing = colour ? INK[colour] : DIM;
  // In the edge, so that no key grows by it.
  const below = key.caller === undefined ? edge : `─ ${cleaned(key.caller, CELL - 4)} `.padEnd(CELL, "─");
  return [`╭${edge}╮`, head, body(`   ${key.line} ${key.state}`, glowing), `╰${below}╯`];
}

/** The colour that an eye sees: red and green together are amber. */
export function glow(lit: readonly Colour[]): Colour | undefined {
  if (lit.includes("red") && lit.includes("green")) return "amber";
  return lit[0];
}
