import type { CadenceName } from "../../firmware/domain/cadence.ts";
import type { Caller } from "../../firmware/domain/caller.ts";
import type { KeyId, LampId } from "../../firmware/domain/key.ts";
import type { Colour } from "../../firmware/domain/lamp.ts";
import type { LineState } from "../../firmware/domain/line-state.ts";
import type { Look } from "../../firmware/domain/look.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { OutcomeKind } from "../../firmware/domain/outcome.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import { callerText } from "../caller-text.ts";

/** An eye needs to see it change so often within a second. */
const CHANGES = 2;

/** What the panel reports of a lamp (MQTT, lamp/<key>). */
export interface LampNews {
  readonly label: string;
  readonly state: LineState;
  readonly colour: Colour;
  readonly cadence: CadenceName;
  readonly caller?: Caller;
}

/** What the panel reports of all else (MQTT, event). */
export interface EventNews {
  readonly id: string;
  readonly type: string;
  readonly key?: KeyId;
  readonly line?: string;
  readonly group?: string;
  readonly slot?: string;
  readonly outcome?: OutcomeKind;
  readonly reason?: string;
  readonly method?: string;
  readonly landing?: string;
  readonly what?: string;
  readonly why?: string;
  readonly [other: string]: unknown;
}

/** What is watched: a panel from outside. */
export interface Watched {
  lit(lamp: LampId): readonly Colour[];
  onLight(listener: () => void): () => void;
  onPublish(listener: (topic: string, payload: string) => void): () => void;
}

interface Shown {
  readonly at: Millis;
  readonly news: LampNews;
}

/** Sees all that a panel shows and reports, and can say afterwards what that was. */
export class Witness {
  readonly events: EventNews[] = [];
  readonly #clock: Clock;
  readonly #watched: Watched;
  readonly #shown = new Map<KeyId, Shown[]>();
  /** By lamp: how bright it was, and when that last changed. */
  readonly #sights = new Map<LampId, { lit: boolean; changes: Millis[] }>();

  /** @param lamps of the board, those of keys too */
  constructor(watched: Watched, clock: Clock, lamps: readonly LampId[]) {
    this.#watched = watched;
    this.#clock = clock;
    for (const lamp of lamps) this.#sights.set(lamp, { lit: false, changes: [] });
    watched.onLight(() => this.#look());
    watched.onPublish((topic, payload) => this.#read(topic, payload));
  }

  /** Undefined before the panel has said anything of it. */
  lamp(key: KeyId): LampNews | undefined {
    return this.#shown.get(key)?.at(-1)?.news;
  }

  /** @param since what was seen before that is not counted: a lamp flashes when it has changed twice */
  shows(lamp: LampId, look: Look, since: Millis): boolean {
    const news = this.lamp(lamp);
    switch (look) {
      case "lit":
        return this.#watched.lit(lamp).length > 0;
      case "unlit":
        return this.#watched.lit(lamp).length === 0;
      case "flashing":
        return this.#recent(lamp).filter((at) => at > since).length >= CHANGES;
      default:
        return news?.state === look || news?.cadence === look;
    }
  }

  /** Whether that is in what the panel reports of who is behind a lamp; `nobody`: it reports no one. */
  names(lamp: LampId, words: string): boolean {
    const caller = this.lamp(lamp)?.caller;
    return caller === undefined ? words === "nobody" : callerText(caller).includes(words);
  }

  /** What a lamp has shown since then, in words. */
  told(lamp: LampId, since: Millis): string {
    const [lit, shown] = [this.#watched.lit(lamp), this.#shown.get(lamp) ?? []];
    const light = lit.length > 0 ? `lit ${lit.join(" and ")}` : "not lit";
    const first = Math.max(
      0,
      shown.findLastIndex(({ at }) => at <= since),
    );
    const steps = shown.slice(first).map(({ at, news: { state, cadence, caller } }) => {
      const when = at <= since ? "" : ` after ${seconds(at - since)}`;
      return `${state} (${cadence})${caller ? ` from ${callerText(caller)}` : ""}${when}`;
    });
    return steps.length === 0 ? light : `${steps.join(", then ")}; now ${light}`;
  }

  #look(): void {
    for (const [lamp, sight] of this.#sights) {
      const lit = this.#watched.lit(lamp).length > 0;
      if (lit === sight.lit) continue;
      sight.lit = lit;
      sight.changes = [...this.#recent(lamp), this.#clock.now()];
    }
  }

  #recent(lamp: LampId): readonly Millis[] {
    const after = this.#clock.now() - 1000;
    return (this.#sights.get(lamp)?.changes ?? []).filter((at) => at > after);
  }

  #read(topic: string, payload: string): void {
    const [kind, key] = topic.split("/").slice(-2);
    if (kind !== "lamp" && key === "event") this.events.push(JSON.parse(payload) as EventNews);
    if (kind !== "lamp" || key === undefined) return;
    const shown = this.#shown.get(key) ?? [];
    shown.push({ at: this.#clock.now(), news: JSON.parse(payload) as LampNews });
    this.#shown.set(key, shown);
  }
}

export const seconds = (time: Millis): string => `${Math.round(time / 100) / 10} s`;

/** A report, as short as a person wants to read it. */
export function toldOf(event: EventNews): string {
  const { id, at, press, steps, took, ...rest } = event;
  return Object.entries(rest)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}
