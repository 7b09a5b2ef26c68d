import type { Told } from "../message.ts";
import { capital, card, element, timeOfDay } from "./element.ts";

const MOST = 60;

/** What happened, newest first: above all what each press came to, and why. */
export class Story {
  readonly element: HTMLElement;
  readonly #list = element("ol", { class: "story" });
  readonly #empty = element("p", { class: "empty" }, "Nothing has happened yet.");

  constructor() {
    this.element = card("happened", "What happened", this.#empty, this.#list);
  }

  show(told: readonly Told[]): void {
    this.#list.replaceChildren();
    for (const one of told) this.add(one);
  }

  add(told: Told): void {
    const { at, kind, title, why, how, outcome } = told;
    const entry = element(
      "li",
      {},
      element("time", { datetime: at }, timeOfDay(at)),
      element(
        "div",
        {},
        element("strong", {}, capital(title)),
        ...(why === undefined ? [] : [element("span", { class: "why" }, sentence(why))]),
        ...(how === undefined ? [] : [element("span", { class: "how" }, how)]),
      ),
    );
    entry.dataset.kind = kind;
    if (outcome !== undefined) entry.dataset.outcome = outcome;
    // What the panel reports may be heard of later than what has happened since.
    const older = [...this.#list.children].find((other) => (other.querySelector("time")?.dateTime ?? "") <= at);
    this.#list.insertBefore(entry, older ?? null);
    if (this.#list.childElementCount > MOST) this.#list.lastElementChild?.remove();
    this.#empty.hidden = true;
  }
}

function sentence(text: string): string {
  return `${capital(text)}${/[.!?]$/.test(text) ? "" : "."}`;
}
