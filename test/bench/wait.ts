/** Longer than this for one answer is a failure of the whole run (ms). */
const PATIENCE = 3000;

/** Resolves when `done` is called; rejects when that takes too long. */
export function within<T>(what: string, begin: (done: (value: T) => void) => void, limit = PATIENCE): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not within ${limit} ms: ${what}`)), limit);
    begin((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
