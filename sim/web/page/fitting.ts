import { BEAT } from "../../../firmware/domain/cadence.ts";
import type { LampId } from "../../../firmware/domain/key.ts";
import type { Colour } from "../../../firmware/domain/lamp.ts";
import { glow } from "../../terminal/frame.ts";
import { element } from "./element.ts";
import { Lamp } from "./lamp.ts";
import type { Motion } from "./motion.ts";

/** A lamp that turned within this time flashes. */
const LATELY = BEAT + 500;

/** A lamp that sits on no key, with its engraved name. What it shows is reported nowhere: its light is all there is. */
export class Fitting {
  readonly element: HTMLElement;
  readonly #id: LampId;
  readonly #lamp: Lamp;
  #colour: Colour | undefined;
  #known = false;
  #settling: number | undefined;

  constructor(id: LampId, motion: Motion) {
    this.#id = id;
    this.#lamp = new Lamp(motion);
    const name = element("span", { class: "engraved" }, id);
    this.element = element(
      "span",
      { class: `fitting ${id}`, role: "img" },
      this.#lamp.element,
      name,
      this.#lamp.pattern,
    );
    this.#name("not known");
  }

  lit(bits: readonly Colour[]): void {
    this.#lamp.lit(bits);
    const colour = glow(bits);
    const turned = this.#known && colour !== this.#colour;
    this.#colour = colour;
    if (turned) this.#name("flashing");
    clearTimeout(this.#settling);
    this.#settling = window.setTimeout(() => this.#settled(), this.#known ? LATELY : 0);
    this.#known = true;
  }

  lose(): void {
    clearTimeout(this.#settling);
    this.#known = false;
    this.#lamp.lose();
    this.#name("not known");
  }

  draw(): void {
    this.#lamp.draw();
  }

  #settled(): void {
    this.#name(this.#colour === undefined ? "dark" : `lit, ${this.#colour}`);
  }

  #name(what: string): void {
    const name = `Lamp ${this.#id}: ${what}`;
    if (this.element.getAttribute("aria-label") !== name) this.element.setAttribute("aria-label", name);
  }
}
