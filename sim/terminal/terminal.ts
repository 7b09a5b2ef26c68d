import type { Board } from "../../firmware/domain/board.ts";
import type { KeyId } from "../../firmware/domain/key.ts";
import type { Colour } from "../../firmware/domain/lamp.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../../firmware/hal/clock.ts";
import { strokesOf } from "../strokes.ts";
import { frame, type KeyView } from "./frame.ts";

/** Two changes of light within it are one redraw. */
const FRAME: Millis = 15;
const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const TO_LINE_END = "\x1b[K";
const TO_SCREEN_END = "\x1b[J";

export interface TerminalOptions {
  readonly board: Board;
  readonly clock: Clock;
  readonly help: readonly string[];
  readonly out: { write(text: string): unknown };
  readonly lit: (key: KeyId) => readonly Colour[];
  readonly phone: () => string;
}

/** What the terminal is told of one key, over MQTT as anybody else. */
export type KeyNews = Omit<KeyView, "lit">;

/** The panel in a terminal: redrawn when light or news come, and never in between. */
export class Terminal {
  /** What to type for each key: 1…9, then a, b, c… */
  readonly strokes: ReadonlyMap<KeyId, string>;
  readonly #options: TerminalOptions;
  readonly #keys = new Map<KeyId, KeyNews>();
  readonly #story: string[] = [];
  #link = "PBX: not reached yet";
  #redraw: Cancel | undefined;
  #open = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.strokes = strokesOf(options.board.keys);
  }

  start(): void {
    this.#open = true;
    this.#options.out.write(ENTER);
    this.changed();
  }

  stop(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#redraw?.();
    this.#options.out.write(LEAVE);
  }

  key(id: KeyId, news: KeyNews): void {
    this.#keys.set(id, news);
    this.changed();
  }

  link(state: string): void {
    this.#link = `PBX: ${state}`;
    this.changed();
  }

  tell(sentence: string): void {
    const at = this.#options.clock.wall().toTimeString().slice(0, 8);
    this.#story.push(`${at}  ${sentence}`);
    if (this.#story.length > 100) this.#story.splice(0, 50);
    this.changed();
  }

  /** Light, or something else that is drawn, is another. */
  changed(): void {
    const { clock } = this.#options;
    if (!this.#open || this.#redraw) return;
    this.#redraw = clock.at(clock.now() + FRAME, () => {
      this.#redraw = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    const { board, help, lit, phone, out } = this.#options;
    const keys = new Map(Array.from(this.#keys, ([id, news]) => [id, { ...news, lit: lit(id) }]));
    const view = { board, keys, strokes: this.strokes, phone: phone(), link: this.#link, story: this.#story, help };
    const text = frame(view)
      .map((line) => line + TO_LINE_END)
      .join("\r\n");
    out.write(HOME + text + TO_SCREEN_END);
  }
}
