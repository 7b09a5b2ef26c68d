import type { Link, Plan } from "../message.ts";
import { element } from "./element.ts";

/** The head of the page: which panel, and whether what is shown is true. */
export class Status {
  readonly element: HTMLElement;
  readonly notice = element("p", { class: "notice", role: "alert" });
  readonly #title = element("h1");
  readonly #board = element("p");
  readonly #pbx = element("span", { class: "pill" });
  readonly #panel = element("span", { class: "pill" });

  constructor() {
    this.element = element(
      "header",
      {},
      element("div", {}, this.#title, this.#board),
      element("div", { class: "pills" }, this.#panel, this.#pbx),
    );
    this.notice.hidden = true;
  }

  plan({ panel, title, watched }: Plan): void {
    document.title = `${panel} · blfd`;
    this.#title.textContent = panel;
    this.#board.textContent = title;
    this.element.classList.toggle("watched", watched);
  }

  /** What stands between the panel and this page; undefined: nothing. */
  notify(sentence: string | undefined): void {
    this.notice.hidden = sentence === undefined;
    this.notice.textContent = sentence ?? "";
  }

  link({ status, pbx }: Link): void {
    pill(this.#panel, "Panel", status ?? "not heard of", status === "online");
    pill(this.#pbx, "PBX", pbx ?? "not heard of", pbx === "up" && status === "online");
  }
}

function pill(target: HTMLElement, name: string, value: string, well: boolean): void {
  target.replaceChildren(`${name} `, element("b", {}, value));
  target.classList.toggle("well", well);
}
