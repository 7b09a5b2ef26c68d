import { BEAT, CADENCES, isFlashing, litAt, nextChange } from "../../../firmware/domain/cadence.ts";
import type { Colour, LampState } from "../../../firmware/domain/lamp.ts";
import { glow } from "../../terminal/frame.ts";
import { element } from "./element.ts";
import type { Motion } from "./motion.ts";
import { patternOf } from "./words.ts";

/** A lamp without a reported pattern that turned within this time flashes. */
const LATELY = BEAT + 500;

/**
 * One lens. It shows the bits as they come; where only the pattern is known it runs that by itself, on the page's own beat;
 * and where nothing must flash it is lit while the pattern is not dark, with the pattern drawn beneath.
 */
export class Lamp {
  readonly element = element("span", { class: "lens", "aria-hidden": "true" });
  readonly pattern = element("span", { class: "pattern", "aria-hidden": "true" });
  readonly #motion: Motion;
  #bits: readonly Colour[] | undefined;
  #seen: Colour | undefined;
  #turned = Number.NEGATIVE_INFINITY;
  #look: LampState | undefined;
  #timer: number | undefined;

  constructor(motion: Motion) {
    this.#motion = motion;
  }

  /** The light itself. */
  lit(bits: readonly Colour[]): void {
    const first = this.#bits === undefined;
    this.#bits = bits;
    if (!first) this.#turned = performance.now();
    this.draw();
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
    this.draw();
  }

  draw(): void {
    clearTimeout(this.#timer);
    if (this.#motion.reduced) this.#drawStill();
    else if (this.#bits !== undefined) this.#glow(glow(this.#bits));
    else this.#drawBeat();
  }

  #drawStill(): void {
    const look = this.#look;
    if (look !== undefined) {
      this.#glow(look.cadence === "dark" ? undefined : look.colour);
      this.pattern.textContent = isFlashing(look.cadence) ? patternOf(look.cadence) : "";
      this.pattern.style.backgroundImage = isFlashing(look.cadence) ? strip(CADENCES[look.cadence]) : "";
      return;
    }
    const colour = glow(this.#bits ?? []);
    this.#seen = colour ?? this.#seen;
    const rest = this.#turned + LATELY - performance.now();
    this.#glow(rest > 0 ? this.#seen : colour);
    this.pattern.textContent = rest > 0 ? "flashing" : "";
    this.pattern.style.backgroundImage = "";
    if (rest > 0) this.#timer = window.setTimeout(() => this.draw(), rest);
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
