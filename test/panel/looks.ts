import type { Board } from "../../firmware/domain/board.ts";
import { BEAT, type CadenceName, litAt, type Start } from "../../firmware/domain/cadence.ts";
import type { LampId } from "../../firmware/domain/key.ts";
import { COLOURS, type Colour, type LampState } from "../../firmware/domain/lamp.ts";
import { LINE_STATES } from "../../firmware/domain/line-state.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import { FEEDBACKS, type Scheme } from "../../firmware/domain/scheme.ts";
import { Panel } from "../../firmware/panel/panel.ts";
import { simBank } from "../../sim/bank.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { type RigOptions, rig } from "../drivers/sidecar/rig.ts";

/** As often as a lamp is looked at; every part of a cadence lasts for ten of these or more. */
const LOOK: Millis = 10;
/** After a change: the limit may hold a lamp back for a second, and an opening has to end. */
const SETTLED: Millis = 2000;

/** Two lamps of one kind, and an eye on them. */
export interface Lamps {
  show(lamp: LampId, state: LampState): void;
  /** Called whenever light may have changed. */
  onLight(listener: () => void): void;
  /** The LEDs that are lit. */
  glow(lamp: LampId): string;
  now(): Millis;
  elapse(by: Millis): Promise<void>;
}

const BOTH: readonly LampId[] = ["1", "2"];

/** Lamps of these LEDs on the bits of a bank. */
export async function lampsOnBits(leds: readonly Colour[]): Promise<Lamps> {
  const clock = new ManualClock(1000);
  const { bank, back } = simBank({ name: "front", width: 32, clock });
  const bitOf = (lamp: LampId, colour: Colour): number => Number(lamp) * COLOURS.length + COLOURS.indexOf(colour);
  const board: Board = {
    name: "two",
    title: "Two lamps",
    columns: 2,
    rows: 1,
    banks: [{ name: "front", driver: "sim", width: 32 }],
    keys: BOTH.map((id, column) => ({
      id,
      column,
      row: 0,
      leds: leds.map((colour) => ({ bank: "front", bit: bitOf(id, colour), activeLow: false, colour })),
    })),
  };
  const panel = new Panel({ name: "panel", board, banks: new Map([["front", bank]]), clock });
  await panel.start();
  return {
    show: (lamp, state) => panel.show(lamp, state),
    onLight: (listener) => back.onLight(listener),
    glow: (lamp) => leds.filter((colour) => back.lit(bitOf(lamp, colour))).join(),
    now: () => clock.now(),
    elapse: async (by) => clock.advance(by),
  };
}

/** Lamps of a sidecar that runs these cadences itself. */
export async function lampsOfSidecar(options: Pick<RigOptions, "colours" | "cadences">): Promise<Lamps> {
  const { clock, sidecar, sim, elapse } = rig({ ...options, boardKeys: BOTH.length });
  await sidecar.start();
  await elapse(0);
  return {
    show: (lamp, state) => sidecar.show(lamp, state),
    onLight: (listener) => sim.onLight(listener),
    glow: (lamp) => sim.lit(Number(lamp)).join(),
    now: () => clock.now(),
    elapse,
  };
}

/** Lamps of one colour that show what their cadence wants, whatever they have shown: what the flash limit is for. */
export function lampsWithoutLimit(): Lamps {
  const clock = new ManualClock(1000);
  const shown = new Map<LampId, { readonly cadence: CadenceName; readonly start: Start }>();
  let look = (): void => {};
  const isLit = (lamp: LampId): boolean => {
    const { cadence, start } = shown.get(lamp) ?? {};
    return cadence !== undefined && litAt(cadence, clock.now(), start);
  };
  return {
    show: (lamp, { cadence }) => {
      if (shown.get(lamp)?.cadence === cadence) return;
      shown.set(lamp, { cadence, start: { at: clock.now(), wasLit: isLit(lamp) } });
      look();
    },
    onLight: (listener) => {
      look = listener;
    },
    glow: (lamp) => (isLit(lamp) ? "red" : ""),
    now: () => clock.now(),
    elapse: async (by) => {
      for (let past = 0; past < by; past += LOOK) {
        clock.advance(Math.min(LOOK, by - past));
        look();
      }
    },
  };
}

/** One switch of a lamp, and how long until the next. */
export interface Switch {
  readonly lamp: LampId;
  readonly look: string;
  readonly wait: Millis;
}

/** Everything that a scheme can ask for, by name. */
export function looksOf({ states, feedback }: Scheme): ReadonlyMap<string, LampState> {
  return new Map<string, LampState>([...Object.entries(states), ...Object.entries(feedback)]);
}

export const LOOKS: readonly string[] = [...LINE_STATES, ...FEEDBACKS];

/** Shows all that, one after the other, and tells what harms or misleads: more than three flashes in a second; a lamp off the beat. */
export async function faultsOf(lamps: Lamps, scheme: Scheme, switches: readonly Switch[]): Promise<readonly string[]> {
  const looks = looksOf(scheme);
  const flashes = new Map<LampId, Millis[]>(BOTH.map((lamp) => [lamp, []]));
  const before = new Map<LampId, string>();
  lamps.onLight(() => {
    for (const lamp of BOTH) {
      const glow = lamps.glow(lamp);
      // A lit lamp that turns to another colour flashes, too.
      if (glow !== "" && glow !== (before.get(lamp) ?? "")) flashes.get(lamp)?.push(lamps.now());
      before.set(lamp, glow);
    }
  });
  const last = new Map<LampId, LampState>();
  for (const { lamp, look, wait } of switches) {
    const state = looks.get(look);
    if (state === undefined) throw new Error(`no scheme has ${look}`);
    lamps.show(lamp, state);
    last.set(lamp, state);
    await lamps.elapse(wait);
  }
  const faults: string[] = [];
  await lamps.elapse(SETTLED - (lamps.now() % LOOK) + LOOK / 2);
  for (let past = 0; past < BEAT; past += LOOK) {
    for (const [lamp, { cadence }] of last) {
      if ((lamps.glow(lamp) !== "") !== litAt(cadence, lamps.now()))
        faults.push(`lamp ${lamp}: ${cadence} off the beat`);
    }
    await lamps.elapse(LOOK);
  }
  for (const [lamp, starts] of flashes) {
    for (const [i, start] of starts.entries()) {
      const fourth = starts[i + 3] ?? Number.POSITIVE_INFINITY;
      if (fourth - start < 1000 - 1e-6) faults.push(`lamp ${lamp}: four flashes from ${start} to ${fourth}`);
    }
  }
  return [...new Set(faults)];
}

/**
 * What each of these shows over a beat, lit or not, from the moment at which it looks darkest: a person who sees one lamp knows
 * of no beat, and may see no colour.
 */
export async function patternsOf(
  lamps: Lamps,
  states: Readonly<Record<string, LampState>>,
): Promise<ReadonlyMap<string, string>> {
  const patterns = new Map<string, string>();
  for (const [name, state] of Object.entries(states)) {
    lamps.show("1", state);
    await lamps.elapse(SETTLED - (lamps.now() % LOOK) + LOOK / 2);
    let pattern = "";
    for (let past = 0; past < BEAT; past += LOOK) {
      pattern += lamps.glow("1") === "" ? "." : "#";
      await lamps.elapse(LOOK);
    }
    const turned = Array.from(pattern, (_, i) => pattern.slice(i) + pattern.slice(0, i)).sort();
    patterns.set(name, turned.at(-1) ?? "");
  }
  return patterns;
}

/** Names that look alike. */
export function alike(patterns: ReadonlyMap<string, string>): readonly string[] {
  const all = [...patterns];
  return all.flatMap(([name, pattern], i) =>
    all.slice(i + 1).flatMap(([other, its]) => (its === pattern ? [`${name} and ${other}`] : [])),
  );
}
