/** What happened, in order, and a way to wait for the next of a kind. */
export class Inbox<Item> {
  readonly all: Item[] = [];
  readonly #waiting = new Set<() => void>();
  #read = 0;

  push(item: Item): void {
    this.all.push(item);
    for (const wake of [...this.#waiting]) wake();
  }

  /** The first item not yet read that fits; those before it count as read. Rejects after `within` ms. */
  next(fits: (item: Item) => boolean = () => true, within = 3_000): Promise<Item> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const index = this.all.findIndex((item, at) => at >= this.#read && fits(item));
        const found = this.all[index];
        if (found === undefined) return;
        this.#read = index + 1;
        done();
        resolve(found);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`nothing fitting came within ${within} ms; so far: ${JSON.stringify(this.all)}`));
      }, within);
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
