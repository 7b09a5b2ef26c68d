import { BEAT } from "../../../firmware/domain/cadence.ts";
import type { LampId } from "../../../firmware/domain/key.ts";
import type { Colour } from "../../../firmware/domain/lamp.ts";
import { element } from "./element.ts";
import { Lamp } from "./lamp.ts";
import type { Motion } from "./motion.ts";

/** Whatever a lamp does, it has done it once within this time. */
const WHOLE = BEAT + 600;

/** A lamp that sits on no key, with its engraved name. What it shows is reported nowhere: its light is all there is. */
export class Fitting {
  readonly element: HTMLElement;
  readonly #id: LampId;
  readonly #lamp: Lamp;
  #settling: number | undefined;

  constructor(id: LampId, motion: Motion) {
    this.#id = id;
    this.#lamp = new Lamp(motion);
    const name = element("span", { class: "engraved" }, id);
    const parts = [this.#lamp.element, name, this.#lamp.pattern];
    this.element = element("span", { class: `fitting ${id}`, role: "img" }, ...parts);
    this.#name();
  }

  lit(bits: readonly Colour[]): void {
    this.#lamp.lit(bits);
    this.#name();
  }

  lose(): void {
    this.#lamp.lose();
    this.#name();
  }

  draw(): void {
    this.#lamp.draw();
  }

  /** Now, and once more when it has come to rest. */
  #name(): void {
    const name = `Lamp ${this.#id}: ${this.#lamp.seen}`;
    if (this.element.getAttribute("aria-label") !== name) this.element.setAttribute("aria-label", name);
    clearTimeout(this.#settling);
    if (name.includes("flashing")) this.#settling = window.setTimeout(() => this.#name(), WHOLE);
  }
}
