import { ALIVE, Beacon, DARK } from "./beacon.ts";
import type { Board } from "./board.ts";
import type { Effect } from "./effect.ts";
import type { LampId } from "./key.ts";
import { type KeySettings, linesOf } from "./key-settings.ts";
import type { LampState } from "./lamp.ts";
import type { LineId } from "./line.ts";
import { groupState, type LineState } from "./line-state.ts";
import type { Millis } from "./millis.ts";
import type { Scheme } from "./scheme.ts";

/**
 * The lines that the zone lamp is about: those of a group, where one is named; else all that keys are for, but the desk
 * phone's own, which rings beside the panel.
 */
export function zoneOf(
  keys: readonly KeySettings[],
  phone: LineId | undefined,
  group: readonly LineId[] | undefined,
): readonly LineId[] {
  const lines = keys.flatMap((key) => (key.kind === "line" || key.kind === "group" ? linesOf(key) : []));
  return group ?? [...new Set(lines)].filter((line) => line !== phone);
}

/** The lamps of a board that sit on no key, as far as it has them. */
export class Beacons {
  readonly #scheme: Scheme;
  readonly #alive: Beacon | undefined;
  readonly #zone: Beacon | undefined;
  #zoneState: LineState = "unknown";
  #linked = false;
  #whole = false;

  constructor(board: Board | undefined, scheme: Scheme) {
    const has = (id: string) => board?.lamps?.some((lamp) => lamp.id === id);
    this.#scheme = scheme;
    this.#alive = has("alive") ? new Beacon("alive", DARK) : undefined;
    this.#zone = has("zone") ? new Beacon("zone", scheme.states.unknown) : undefined;
  }

  begin(): readonly Effect[] {
    return this.#each((beacon) => beacon.begin());
  }

  link(up: boolean): readonly Effect[] {
    this.#linked = up;
    return this.#beat();
  }

  /** @param whole every module has said that it is there, and none has gone since */
  module(whole: boolean): readonly Effect[] {
    this.#whole = whole;
    return this.#beat();
  }

  get hasZone(): boolean {
    return this.#zone !== undefined;
  }

  /**
   * The most urgent of the zone's lines. Where nothing rings and all is seen, somebody who has called in vain comes before
   * whoever is in a call: that is what a zone lamp is looked at for.
   *
   * @param missed a call alerted and ended, and nobody has acknowledged that
   */
  zone(states: readonly LineState[], missed: boolean): readonly Effect[] {
    const state = groupState(states);
    this.#zoneState = missed && state !== "ringing" && state !== "unknown" ? "waiting" : state;
    return this.#zone?.show(this.#scheme.states[this.#zoneState]) ?? [];
  }

  /** All of them show this for a while. */
  test(look: LampState, until: Millis): readonly Effect[] {
    return this.#each((beacon) => beacon.cover(look, until));
  }

  /** Those of `only`, or all, show this for a while, but for a zone that rings. */
  identify(look: LampState, until: Millis, only: ReadonlySet<LampId> | undefined): readonly Effect[] {
    return this.#each((beacon) => {
      const spared = beacon === this.#zone && this.#zoneState === "ringing";
      return spared || only?.has(beacon.lamp) === false ? [] : beacon.cover(look, until);
    });
  }

  time(now: Millis): readonly Effect[] {
    return this.#each((beacon) => beacon.time(now));
  }

  #beat(): readonly Effect[] {
    return this.#alive?.show(this.#linked && this.#whole ? ALIVE : DARK) ?? [];
  }

  #each(effectsOf: (beacon: Beacon) => readonly Effect[]): readonly Effect[] {
    return [this.#alive, this.#zone].flatMap((beacon) => (beacon === undefined ? [] : effectsOf(beacon)));
  }
}
