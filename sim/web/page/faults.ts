import type { FaultView, Wish } from "../message.ts";
import { capital, card, element } from "./element.ts";

/** What can be broken, as switches. */
export class Faults {
  readonly element: HTMLElement;
  readonly #send: (wish: Wish) => void;
  readonly #list = element("ul", { class: "switches" });
  readonly #switches = new Map<string, HTMLButtonElement>();

  constructor(send: (wish: Wish) => void) {
    this.#send = send;
    this.element = card("faults", "Faults", this.#list);
  }

  show(faults: readonly FaultView[]): void {
    this.element.hidden = faults.length === 0;
    if (faults.map(({ name }) => name).join("\n") !== [...this.#switches.keys()].join("\n")) this.#build(faults);
    for (const { name, on } of faults) this.#switches.get(name)?.setAttribute("aria-checked", String(on));
  }

  #build(faults: readonly FaultView[]): void {
    this.#switches.clear();
    for (const { name, sentence } of faults) {
      const toggle = element(
        "button",
        { type: "button", role: "switch" },
        element("span", { class: "knob" }),
        capital(sentence),
      );
      toggle.dataset.fault = name;
      toggle.addEventListener("click", () => {
        this.#send({ wish: "fault", name, on: toggle.getAttribute("aria-checked") !== "true" });
      });
      this.#switches.set(name, toggle);
    }
    this.#list.replaceChildren(...Array.from(this.#switches.values(), (toggle) => element("li", {}, toggle)));
  }
}
