import type { Colour } from "../../../firmware/domain/lamp.ts";
import { callerSpoken, callerText } from "../../caller-text.ts";
import type { KeyNews, KeyPlan } from "../message.ts";
import { element } from "./element.ts";
import { Finger } from "./finger.ts";
import { Lamp } from "./lamp.ts";
import type { Motion } from "./motion.ts";
import { lampOf, stateOf } from "./words.ts";

/** One key: its cap, with a lamp and a paper label. */
export class KeyCap {
  readonly element: HTMLElement;
  /** Absent where nothing can be pressed. */
  readonly finger: Finger | undefined;
  readonly #plan: KeyPlan;
  readonly #lamp: Lamp;
  readonly #label = element("span", { class: "label" });
  /** Isolated by its direction: a name in Arabic does not turn the number after it. */
  readonly #about = element("bdi", { class: "about" });
  readonly #state = element("span", { class: "state" });

  /** @param move tells of its contact; undefined for a key that is only looked at */
  constructor(plan: KeyPlan, motion: Motion, move: ((closed: boolean) => void) | undefined) {
    this.#plan = plan;
    this.#lamp = new Lamp(motion);
    const head = element("span", { class: "head" }, this.#lamp.element, element("kbd", {}, plan.stroke));
    const parts = [
      head,
      element("span", { class: "paper" }, this.#label, this.#about),
      this.#state,
      this.#lamp.pattern,
    ];
    if (move === undefined) {
      this.element = element("div", { class: "key", role: "img" }, ...parts);
    } else {
      const button = element("button", { class: "key", type: "button" }, ...parts);
      this.finger = new Finger(button, move);
      this.element = button;
    }
    this.element.dataset.key = plan.id;
    this.element.style.gridArea = `${plan.row + 1} / ${plan.column + 1}`;
    this.news(undefined);
  }

  lit(bits: readonly Colour[]): void {
    this.#lamp.lit(bits);
  }

  /** What is reported of it; undefined: nothing, or nothing that could be true still. */
  news(news: KeyNews | undefined): void {
    const { id, label, about, used } = this.#plan;
    const [name, of, caller] = [news?.label ?? label, news?.about ?? about, news?.caller];
    const state = news ? stateOf(news.state, news) : used ? "unknown" : "";
    this.#label.textContent = name || of;
    this.#about.textContent = caller ? callerText(caller) : name === of ? "" : of;
    this.#about.classList.toggle("from", caller !== undefined);
    this.#state.textContent = state;
    this.element.dataset.state = news?.state ?? state;
    this.element.classList.toggle("unused", !used);
    this.#lamp.look(news);
    const who = used ? [name, of === name ? "" : of] : ["not used"];
    const calls = caller ? `${state}, from ${callerSpoken(caller)}` : state;
    const what = [calls, news ? lampOf(news) : ""];
    const spoken = [`Key ${id}`, ...who.filter(Boolean)].join(", ");
    this.element.setAttribute("aria-label", [spoken, what.filter(Boolean).join("; ")].filter(Boolean).join(": "));
  }

  /** The page does not know any more. */
  lose(): void {
    this.finger?.release();
    this.#lamp.lose();
    this.news(undefined);
  }

  draw(): void {
    this.#lamp.draw();
  }
}
