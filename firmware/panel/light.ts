import { type BlinkMemory, blink, UNLIT, unlit } from "../domain/blink.ts";
import type { Led } from "../domain/board.ts";
import { type Colour, type LampState, ledsFor } from "../domain/lamp.ts";
import type { Millis } from "../domain/millis.ts";
import type { Output } from "./output.ts";

/** The bits of one bank that one colour of a lamp is made of. */
interface Bits {
  readonly output: Output;
  readonly mask: number;
}

/** One lamp: the LEDs it has, the look it is asked for, and what it shows of that at the moment. */
export class Light {
  /** When to call update() again; Infinity for never. */
  next: Millis = Number.POSITIVE_INFINITY;
  readonly #leds: readonly Led[];
  readonly #outputs: ReadonlyMap<string, Output>;
  readonly #bitsOf = new Map<Colour, readonly Bits[]>();
  #state: LampState | undefined;
  #bits: readonly Bits[] = [];
  #memory: BlinkMemory = UNLIT;
  #lit = false;

  constructor(leds: readonly Led[], outputs: ReadonlyMap<string, Output>) {
    this.#leds = leds;
    this.#outputs = outputs;
  }

  show(state: LampState, now: Millis): void {
    const before = this.#state;
    if (before?.cadence === state.cadence && before.colour === state.colour) return;
    this.#state = state;
    // Before its colour changes: a cadence opens with the opposite of what the lamp shows.
    this.#memory = blink(this.#memory, state.cadence, now).memory;
    if (before?.colour !== state.colour) this.#recolour(this.#bitsIn(state.colour), now);
    this.update(now);
  }

  /** Brings the outputs to what the lamp shows at `now`. */
  update(now: Millis): void {
    if (this.#state === undefined) return;
    const { memory, lit, next } = blink(this.#memory, this.#state.cadence, now);
    this.#memory = memory;
    this.next = next;
    this.#paint(lit);
  }

  /** A lit lamp that turns to another colour flashes in it: the limit has to know. */
  #recolour(bits: readonly Bits[], now: Millis): void {
    if (bits === this.#bits) return;
    if (this.#lit) {
      this.#memory = unlit(this.#memory, now);
      this.#paint(false);
    }
    this.#bits = bits;
  }

  #paint(lit: boolean): void {
    if (lit === this.#lit) return;
    this.#lit = lit;
    for (const { output, mask } of this.#bits) output.set(mask, lit);
  }

  /** Colours that look alike on this lamp share one answer. */
  #bitsIn(colour: Colour): readonly Bits[] {
    const known = this.#bitsOf.get(colour);
    if (known !== undefined) return known;
    const available = this.#leds.map((led) => led.colour);
    const shown = ledsFor(colour, available);
    const twin = [...this.#bitsOf].find(([other]) => ledsFor(other, available).join() === shown.join());
    const bits = twin?.[1] ?? this.#bitsOfLeds(this.#leds.filter((led) => shown.includes(led.colour)));
    this.#bitsOf.set(colour, bits);
    return bits;
  }

  #bitsOfLeds(leds: readonly Led[]): readonly Bits[] {
    const masks = new Map<Output, number>();
    for (const led of leds) {
      const output = this.#outputs.get(led.bank);
      if (output !== undefined) masks.set(output, ((masks.get(output) ?? 0) | (1 << led.bit)) >>> 0);
    }
    return Array.from(masks, ([output, mask]) => ({ output, mask }));
  }
}
