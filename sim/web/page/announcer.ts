import { element } from "./element.ts";

/** No two announcements within this time: what comes meanwhile is said together. */
const PAUSE = 1500;
/** A list longer than this nobody listens to. */
const MOST = 3;

/** Says aloud, to those who listen to the page, what they would otherwise have to look for. */
export class Announcer {
  readonly element = element("div", { class: "unseen", role: "status", "aria-live": "polite" });
  #waiting: string[] = [];
  #timer: number | undefined;

  say(sentence: string): void {
    if (!this.#waiting.includes(sentence)) this.#waiting.push(sentence);
    this.#timer ??= window.setTimeout(() => this.#speak(), this.element.textContent === "" ? 50 : PAUSE);
  }

  #speak(): void {
    const sentences = this.#waiting.slice(-MOST);
    this.#waiting = [];
    this.element.textContent = sentences.join(". ");
    this.#timer = window.setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting.length > 0) this.#speak();
    }, PAUSE);
  }
}
