import { setTimeout as pause } from "node:timers/promises";

/** Waits for what comes by itself; fails after `within` ms, saying what was there instead. */
export async function expectSoon(
  what: string,
  there: () => boolean,
  instead: () => unknown = () => "",
  within = 10_000,
): Promise<void> {
  const deadline = performance.now() + within;
  while (!there()) {
    if (performance.now() > deadline) throw new Error(`no ${what} within ${within} ms: ${instead()}`);
    await pause(2);
  }
}
