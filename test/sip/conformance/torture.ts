import { expect } from "vitest";
import { STALL_MS, WatchedPanel } from "./watched-panel.ts";

/**
 * What became of a message: `answered 486`; `dropped malformed`, by the reason it is counted under; `asked again` for a
 * challenge that reached its request; `ignored` where nothing followed.
 */
export type Fate = `answered ${number}` | `dropped ${string}` | "asked again" | "ignored";

export interface Torture {
  /** Section of its RFC. */
  readonly section: string;
  readonly what: string;
  readonly message: string | Buffer | ((watched: WatchedPanel) => string);
  readonly fate: Fate;
  /** Of line 101 afterwards, where the message is a NOTIFY of its subscription; idle before. */
  readonly lamp?: string;
}

const TRIES = 5;

/** Rows for test.each. */
export function titled(rfc: string, cases: readonly Torture[]): [string, Torture][] {
  return cases.map((one) => [`${rfc} §${one.section}: ${one.what} → ${one.fate}`, one]);
}

/** Brings one message to a panel, and looks that it came to what it should, quickly, and left all well. */
export async function survives({ message, fate, lamp = "idle" }: Torture): Promise<void> {
  const rejections: unknown[] = [];
  const rejected = (why: unknown): void => {
    rejections.push(why);
  };
  process.on("unhandledRejection", rejected);
  try {
    let took = Number.POSITIVE_INFINITY;
    // Once may be the collector of garbage; again and again is the message's doing.
    for (let tries = 0; took > STALL_MS && tries < TRIES; tries++) took = await once(message, fate, lamp);
    expect(took).toBeLessThan(STALL_MS);
    await new Promise((resolve) => setImmediate(resolve));
    expect(rejections).toEqual([]);
  } finally {
    process.off("unhandledRejection", rejected);
  }
}

async function once(message: Torture["message"], fate: Fate, lamp: string): Promise<number> {
  const watched = await WatchedPanel.open();
  const { panel } = watched;
  const bytes = typeof message === "function" ? message(watched) : message;
  const before = panel.transport.sent.length;
  // Of the processor: other programs may have it for a while.
  const start = process.cpuUsage();
  panel.arrive(bytes);
  const { user, system } = process.cpuUsage(start);
  expect(fateOf(watched, before)).toBe(fate);
  expect(watched.lamp).toBe(lamp);
  expect(watched.stillWatches()).toBe(true);
  await watched.close();
  return (user + system) / 1000;
}

function fateOf({ panel }: WatchedPanel, before: number): Fate {
  const dropped = Object.entries(panel.transport.drops).find(([, count]) => count > 0);
  if (dropped) return `dropped ${dropped[0]}`;
  const next = panel.transport.sent[before] ?? "";
  const status = /^SIP\/2\.0 (\d+)/.exec(next)?.[1];
  if (status !== undefined) return `answered ${Number(status)}`;
  return next.startsWith("SUBSCRIBE ") ? "asked again" : "ignored";
}
