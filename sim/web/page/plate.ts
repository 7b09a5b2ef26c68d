import type { KeyId, LampId } from "../../../firmware/domain/key.ts";
import type { KeyNews, Lit, Plan, Wish } from "../message.ts";
import { element } from "./element.ts";
import { Fitting } from "./fitting.ts";
import { KeyCap } from "./key-cap.ts";
import type { Motion } from "./motion.ts";

/** The panel's face: its keys in their grid, its other lamps, its buzzer. */
export class Plate {
  readonly element: HTMLElement;
  readonly plan: Plan;
  readonly #caps: ReadonlyMap<KeyId, KeyCap>;
  readonly #lamps: ReadonlyMap<LampId, Fitting>;
  readonly #buzzer = element("span", { class: "buzzer", role: "img" });

  constructor(plan: Plan, motion: Motion, send: (wish: Wish) => void) {
    this.plan = plan;
    const touch = (key: KeyId) => (closed: boolean) => send({ wish: closed ? "close" : "open", key });
    this.#caps = new Map(
      plan.keys.map((key) => [key.id, new KeyCap(key, motion, plan.watched ? undefined : touch(key.id))]),
    );
    this.#lamps = new Map(plan.lamps.map((id) => [id, new Fitting(id, motion)]));
    const fittings: HTMLElement[] = Array.from(this.#lamps.values(), (fitting) => fitting.element);
    if (plan.buzzer) fittings.push(this.#buzzer);
    const grid = element(
      "div",
      { class: "grid" },
      ...Array.from(this.#caps.values(), (cap) => cap.element),
      ...blanks(plan),
    );
    grid.style.setProperty("--columns", String(plan.columns));
    this.element = element(
      "section",
      { class: "plate", "aria-label": `Panel ${plan.panel}` },
      element(
        "div",
        { class: "fittings" },
        element("span", { class: "engraved name" }, plan.panel),
        element("span", { class: "gap" }),
        ...fittings,
      ),
      element("div", { class: "scroller" }, grid),
    );
    this.element.style.setProperty("--columns", String(plan.columns));
    this.buzz(false);
  }

  key(id: KeyId, news: KeyNews | undefined): void {
    this.#caps.get(id)?.news(news);
  }

  light(lit: Lit): void {
    for (const [id, bits] of Object.entries(lit)) {
      this.#caps.get(id)?.lit(bits);
      this.#lamps.get(id)?.lit(bits);
    }
  }

  buzz(on: boolean): void {
    this.#buzzer.classList.toggle("on", on);
    this.#buzzer.setAttribute("aria-label", on ? "Buzzer: sounds" : "Buzzer: silent");
    this.#buzzer.textContent = on ? "buzzer sounds" : "buzzer";
  }

  /** Nothing that was shown can be vouched for any more. */
  lose(): void {
    for (const cap of this.#caps.values()) cap.lose();
    for (const lamp of this.#lamps.values()) lamp.lose();
    this.buzz(false);
  }

  draw(): void {
    for (const part of [...this.#caps.values(), ...this.#lamps.values()]) part.draw();
  }

  /** By what is typed for them in the terminal, too. */
  stroke(character: string, closed: boolean): boolean {
    const key = this.plan.keys.find(({ stroke }) => stroke === character);
    const finger = key && this.#caps.get(key.id)?.finger;
    if (finger === undefined) return false;
    if (closed) finger.down("stroke");
    else finger.up("stroke");
    return true;
  }

  release(): void {
    for (const cap of this.#caps.values()) cap.finger?.release();
  }
}

/** A plain cover wherever the grid has no key. */
function blanks({ columns, rows, keys }: Plan): HTMLElement[] {
  const taken = new Set(keys.map(({ row, column }) => row * columns + column));
  const places = Array.from({ length: columns * rows }, (_, place) => place).filter((place) => !taken.has(place));
  return places.map((place) => {
    const cover = element("span", { class: "blank", "aria-hidden": "true" });
    cover.style.gridArea = `${Math.floor(place / columns) + 1} / ${(place % columns) + 1}`;
    return cover;
  });
}
