import { type BlinkMemory, blink, UNLIT, unlit } from "../../firmware/domain/blink.ts";
import { type CadenceName, isFlashing } from "../../firmware/domain/cadence.ts";
import type { LampId } from "../../firmware/domain/key.ts";
import { type Colour, type LampState, ledsFor } from "../../firmware/domain/lamp.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import { LONGEST_TO_MODULE, toModule } from "./message.ts";

interface Lamp {
  readonly key: number;
  wanted: LampState | undefined;
  /** What the module has confirmed, as LAMP says it; undefined while that is not known. */
  shown: string | undefined;
  /** What it shows by the cadence; the truth where that is run here. */
  memory: BlinkMemory;
  colours: string;
}

/** The same for some keys. */
export interface LampOrder {
  readonly keys: readonly number[];
  /** "red,green flash" */
  readonly look: string;
}

/** What the lamps of one sidecar are to show, and what they do show: between the two stand the LAMPs to send. */
export class Lamps {
  readonly #lamps: ReadonlyMap<LampId, Lamp>;
  #leds: readonly Colour[] = [];
  #own: ReadonlySet<CadenceName> = new Set();
  #keys = 0;

  constructor(numbers: ReadonlyMap<LampId, number>) {
    const lamp = (key: number): Lamp => ({ key, wanted: undefined, shown: undefined, memory: UNLIT, colours: "" });
    this.#lamps = new Map(Array.from(numbers, ([id, number]) => [id, lamp(number)]));
  }

  /** A session begins: all lamps are dark, and the module says what it has. */
  begin(keys: number, leds: readonly Colour[], cadences: readonly CadenceName[], now: Millis): void {
    this.#keys = keys;
    this.#leds = leds;
    this.#own = new Set(cadences);
    for (const lamp of this.#lamps.values()) {
      lamp.shown = "dark";
      lamp.memory = unlit(lamp.memory, now);
    }
  }

  want(id: LampId, state: LampState): void {
    const lamp = this.#lamps.get(id);
    if (lamp !== undefined) lamp.wanted = state;
  }

  /** What to send next, if anything: as many keys at once as show the same and one message holds. */
  order(id: number, now: Millis): LampOrder | undefined {
    const keys: number[] = [];
    let look: string | undefined;
    for (const lamp of this.#reachable()) {
      const wanted = this.#lookOf(lamp, now);
      if (isShown(lamp, wanted) || (look !== undefined && wanted !== look)) continue;
      if (toModule(id, `LAMP 255 ${[...keys, lamp.key]} ${wanted}`).length > LONGEST_TO_MODULE) break;
      look = wanted;
      keys.push(lamp.key);
    }
    return look === undefined ? undefined : { keys, look };
  }

  /** From here until it is confirmed nobody knows what these lamps show. */
  sent({ keys }: LampOrder): void {
    for (const lamp of this.#lamps.values()) if (keys.includes(lamp.key)) lamp.shown = undefined;
  }

  confirmed({ keys, look }: LampOrder): void {
    for (const lamp of this.#lamps.values()) if (keys.includes(lamp.key)) lamp.shown = look;
  }

  /** When there is something to send, as far as is known now: a past moment where there is already. */
  due(now: Millis): Millis {
    let due = Number.POSITIVE_INFINITY;
    for (const lamp of this.#reachable()) {
      if (!isShown(lamp, this.#lookOf(lamp, now))) return now;
      if (lamp.wanted !== undefined && !this.#runsItself(lamp.wanted.cadence)) {
        due = Math.min(due, blink(lamp.memory, lamp.wanted.cadence, now).next);
      }
    }
    return due;
  }

  *#reachable(): Iterable<Lamp> {
    for (const lamp of this.#lamps.values()) if (lamp.wanted !== undefined && lamp.key <= this.#keys) yield lamp;
  }

  /** What LAMP is to say of it at this moment. */
  #lookOf(lamp: Lamp, now: Millis): string {
    const { colour, cadence } = lamp.wanted ?? DARK;
    const colours = ledsFor(colour, this.#leds).join();
    // What the lamp shows just before a change matters to its opening, whoever has run it until now.
    if (cadence !== lamp.memory.cadence) lamp.memory = blink(lamp.memory, lamp.memory.cadence, now).memory;
    if (colours !== lamp.colours) lamp.memory = unlit(lamp.memory, now);
    lamp.colours = colours;
    const { memory, lit } = blink(lamp.memory, cadence, now);
    lamp.memory = memory;
    return `${colours} ${this.#runsItself(cadence) ? cadence : lit ? "steady" : "dark"}`;
  }

  /** A module without cadences keeps no flash limit either: then dark and steady go through the one here, too. */
  #runsItself(cadence: CadenceName): boolean {
    return this.#own.has(cadence) || (this.#own.size > 0 && !isFlashing(cadence));
  }
}

const DARK: LampState = { colour: "red", cadence: "dark" };

function isShown(lamp: Lamp, look: string): boolean {
  return lamp.shown === look || (lamp.shown?.endsWith("dark") === true && look.endsWith(" dark"));
}
