import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { Ether } from "../../sim/ether/ether.ts";
import { simulate } from "../../sim/index.ts";

/*
 * How fast a simulated test is depends on the machine, and the bench measures it. What it takes does not: SIP messages, of
 * some 0.1 ms each, and turns of the event loop, in each of which other work of the process may come between.
 */

interface Effort {
  readonly panel: string;
  readonly line: string;
  readonly caller: string;
  /** At most so many messages of SIP between everybody: until the panel is ready, from the call to the outcome, for the end. */
  readonly messages: readonly [start: number, pickup: number, end: number];
}

const EFFORTS: readonly Effort[] = [
  { panel: "executive-2", line: "110", caller: "201", messages: [50, 65, 40] },
  { panel: "reception-12", line: "101", caller: "201", messages: [150, 65, 105] },
];
/** However many messages there are. */
const TURNS = 8;

let carried: MockInstance<Ether["carry"]>;
let turns: MockInstance<typeof setImmediate>;

beforeEach(() => {
  carried = vi.spyOn(Ether.prototype, "carry");
  turns = vi.spyOn(globalThis, "setImmediate");
});
afterEach(() => vi.restoreAllMocks());

/** Messages of SIP since the last time: what is no SIP begins with the version of RTP. */
function messages(): number {
  const sip = carried.mock.calls.filter(([bytes]) => (bytes[0] ?? 0) >> 6 !== 2);
  carried.mockClear();
  return sip.length;
}

async function tenLines({ panel, line, caller }: Effort): Promise<readonly [number, number, number]> {
  const sim = await simulate({ panel });
  const start = messages();
  await sim.call(caller, line);
  await sim.until("1", "ringing");
  sim.press("1");
  expect(await sim.outcome()).toBe("picked-up");
  const pickup = messages();
  await sim.stop();
  return [start, pickup, messages()];
}

test.each(EFFORTS)("a ring and a press on $panel take no more than they have to", async (effort) => {
  const [start, pickup, end] = await tenLines(effort);
  const [mostAtStart, mostForPickup, mostAtEnd] = effort.messages;
  // That they are counted.
  expect(start).toBeGreaterThan(mostAtStart / 2);
  expect(start).toBeLessThanOrEqual(mostAtStart);
  expect(pickup).toBeLessThanOrEqual(mostForPickup);
  expect(end).toBeLessThanOrEqual(mostAtEnd);
  expect(turns.mock.calls.length).toBeLessThanOrEqual(TURNS);
});
