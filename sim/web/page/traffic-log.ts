import type { Traffic } from "../message.ts";
import { card, element, timeOfDay } from "./element.ts";

const MOST = 200;

/** MQTT messages, newest first, those that hold what is looked for. */
export class TrafficLog {
  readonly element: HTMLElement;
  readonly #list = element("ol", { class: "messages", tabindex: "0", "aria-label": "MQTT messages, newest first" });
  readonly #filter = element("input", {
    type: "search",
    id: "filter",
    placeholder: "topic or text",
    autocomplete: "off",
  });
  #messages: Traffic[] = [];

  constructor() {
    const label = element("label", { for: "filter" }, "Show");
    this.element = card("mqtt", "MQTT", element("div", { class: "filter" }, label, this.#filter), this.#list);
    this.#filter.addEventListener("input", () => this.#draw());
  }

  show(messages: readonly Traffic[]): void {
    this.#messages = messages.slice(-MOST);
    this.#draw();
  }

  add(message: Traffic): void {
    this.#messages.push(message);
    if (this.#messages.length > MOST) this.#messages.shift();
    if (!this.#wanted(message)) return;
    this.#list.prepend(entryOf(message));
    if (this.#list.childElementCount > MOST) this.#list.lastElementChild?.remove();
  }

  #draw(): void {
    const wanted = this.#messages.filter((message) => this.#wanted(message));
    this.#list.replaceChildren(...wanted.reverse().map(entryOf));
  }

  #wanted({ topic, payload }: Traffic): boolean {
    const text = this.#filter.value.trim().toLowerCase();
    return `${topic} ${payload}`.toLowerCase().includes(text);
  }
}

function entryOf({ at, topic, payload }: Traffic): HTMLElement {
  const time = element("time", { datetime: at }, timeOfDay(at));
  return element("li", {}, time, element("b", { class: "topic" }, topic), element("code", {}, payload));
}
