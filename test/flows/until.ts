/**
 * A condition that events make true: check() is called on every event, until() waits for it with a deadline and, when
 * that passes, says what there was instead.
 */
export class Conditions {
  readonly #waiting = new Set<() => void>();

  /** Something may have changed. */
  check(): void {
    for (const look of [...this.#waiting]) look();
  }

  until<T>(what: string, within: number, seen: () => T | undefined, instead: () => string): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const value = seen();
        if (value === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(value);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`not within ${within} ms: ${what}; instead: ${instead()}`));
      }, within);
      this.#waiting.add(look);
      look();
    });
  }
}
