import type { Response } from "./agent.ts";
import { raised, seconds } from "./lifetime.ts";

/** Longer times that are tried after 423, before it is taken for a refusal. */
const RAISES = 4;

/** The time that a subscription or registration asks for, in seconds, and what the other side makes of it. */
export class Term {
  readonly #wanted: number;
  #raises = 0;
  #asked: number;

  constructor(wanted: number) {
    this.#wanted = wanted;
    this.#asked = wanted;
  }

  get asked(): number {
    return this.#asked;
  }

  /** What a 2xx grants (RFC 6665 §4.2.1.1): it may be shorter. */
  granted(expires: number | undefined): number {
    this.#raises = 0;
    return expires ?? this.#asked;
  }

  /** After 423 (Interval Too Brief): whether to ask again at once for what `asked` now is. */
  raise(response: Response): boolean {
    const longer = raised(this.#asked, seconds(response.header("Min-Expires")) ?? 0);
    if (longer !== undefined && this.#raises < RAISES) {
      this.#raises++;
      this.#asked = longer;
      return true;
    }
    this.#raises = 0;
    this.#asked = this.#wanted;
    return false;
  }
}
