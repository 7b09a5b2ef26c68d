/** Whether the person who looks has asked for less movement: then no lamp flashes, and its pattern is drawn and named. */
export class Motion {
  readonly #query = matchMedia("(prefers-reduced-motion: reduce)");

  get reduced(): boolean {
    return this.#query.matches;
  }

  onChange(listener: () => void): void {
    this.#query.addEventListener("change", listener);
  }
}
