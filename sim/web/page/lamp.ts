import { BEAT, CADENCES, isFlashing, litAt, nextChange } from "../../../firmware/domain/cadence.ts";
import type { Colour, LampState } from "../../../firmware/domain/lamp.ts";
import { glow } from "../../terminal/frame.ts";
import { element } from "./element.ts";
import type { Motion } from "./motion.ts";
import { patternOf } from "./words.ts";

/** Light that has turned twice within this time flashes; dark for longer than this is dark, whatever is reported. */
const LATELY = BEAT + 500;
const NEVER = Number.NEGATIVE_INFINITY;

/**
 * One lens. It shows the bits as they come; where only the pattern is known it runs that by itself, on the page's own beat;
 * and where nothing must flash it is lit while the pattern is not dark, with the pattern drawn beneath.
 */
export class Lamp {
  readonly element = element("span", { class: "lens", "aria-hidden": "true" });
  readonly pattern = element("span", { class: "pattern", "aria-hidden": "true" });
  readonly #motion: Motion;
  #bits: readonly Colour[] | undefined;
  /** In what it was lit last. */
  #seen: Colour | undefined;
  /** When it turned last, and before that. */
  #turned = NEVER;
  #turnedBefore = NEVER;
  #look: LampState | undefined;
  #timer: number | undefined;

  constructor(motion: Motion) {
    this.#motion = motion;
  }

  /** The light itself, whenever it turns. */
  lit(bits: readonly Colour[]): void {
    if (this.#bits !== undefined) [this.#turnedBefore, this.#turned] = [this.#turned, performance.now()];
    this.#bits = bits;
    this.#seen = glow(bits) ?? this.#seen;
    this.draw();
  }

  /** In words, by its light alone. */
  get seen(): string {
    if (this.#bits === undefined) return "not known";
    if (this.#flashes) return `flashing, ${this.#seen}`;
    const colour = glow(this.#bits);
    return colour === undefined ? "dark" : `lit, ${colour}`;
  }

  /** The pattern behind it, as reported; undefined: not known. */
  look(look: LampState | undefined): void {
    this.#look = look;
    this.draw();
  }

  /** Nothing is known of it. */
  lose(): void {
    this.#bits = undefined;
    this.#look = undefined;
    [this.#turnedBefore, this.#turned] = [NEVER, NEVER];
    this.draw();
  }

  draw(): void {
    clearTimeout(this.#timer);
    if (this.#motion.reduced) {
      this.#drawStill();
      return;
    }
    this.pattern.textContent = "";
    if (this.#bits !== undefined) this.#glow(glow(this.#bits));
    else this.#drawBeat();
  }

  #drawStill(): void {
    const [look, bits] = [this.#look, this.#bits];
    const rest = this.#turned + LATELY - performance.now();
    const shining = bits === undefined || glow(bits) !== undefined || rest > 0;
    const moves = look === undefined ? this.#flashes : shining && isFlashing(look.cadence);
    const reported = look?.cadence === "dark" ? undefined : look?.colour;
    const seen = glow(bits ?? []) ?? (moves ? this.#seen : undefined);
    this.#glow(bits === undefined ? reported : seen);
    this.pattern.textContent = moves ? (look ? patternOf(look.cadence) : "flashing") : "";
    this.pattern.style.backgroundImage = moves && look ? strip(CADENCES[look.cadence]) : "";
    if (rest > 0) this.#timer = window.setTimeout(() => this.draw(), rest);
  }

  get #flashes(): boolean {
    return performance.now() - this.#turnedBefore < LATELY;
  }

  #drawBeat(): void {
    const look = this.#look;
    const now = Date.now();
    this.#glow(look && litAt(look.cadence, now) ? look.colour : undefined);
    const next = look && nextChange(look.cadence, now);
    if (next !== undefined) this.#timer = window.setTimeout(() => this.draw(), next - now);
  }

  #glow(colour: Colour | undefined): void {
    this.element.dataset.colour = colour ?? "";
  }
}

/** Lit and dark parts of one beat, side by side. */
function strip(cadence: readonly number[]): string {
  const period = cadence.reduce((sum, part) => sum + part, 0);
  const stops: string[] = [];
  let at = 0;
  for (let i = 0; at < BEAT; i++) {
    const part = cadence[i % cadence.length] ?? period;
    const ink = (i % cadence.length) % 2 === 0 ? "currentColor" : "transparent";
    stops.push(`${ink} ${(at / BEAT) * 100}% ${((at + part) / BEAT) * 100}%`);
    at += part;
  }
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}
