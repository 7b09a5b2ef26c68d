import type { LineId } from "../../firmware/domain/line.ts";
import type { LineState } from "../../firmware/domain/line-state.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import { Conditions } from "../flows/until.ts";

/** Something that a panel under watch did or heard, in the order in which it happened. */
export type Note = { readonly at: Millis } & (
  | { readonly kind: "lamp"; readonly line: LineId; readonly state: LineState }
  /** A NOTIFY that told of this line, about to be given to whoever subscribed. */
  | { readonly kind: "notify"; readonly line: LineId; readonly event: string; readonly active: boolean }
  /** What the panel thinks of its link. */
  | { readonly kind: "link"; readonly up: boolean; readonly why?: string }
  | { readonly kind: "fault"; readonly what: string; readonly why: string }
  /** What the log warns of, beside faults. */
  | { readonly kind: "warning"; readonly what: string; readonly why: string }
);

type Told = Extract<Note, { readonly kind: "fault" | "warning" }>;

/** While the PBX was truly out of reach, whatever the panel thought of that. */
export interface Outage {
  readonly from: Millis;
  readonly to: Millis;
}

/** How long a dead link may go unseen, beyond the time without a sign of life that the panel is set to. */
const DETECTION: Millis = 1000;
/** What had arrived before the PBX was lost may still be unread, on a busy machine. */
const IN_FLIGHT: Millis = 1000;
/** To ask the PBX takes a program of its own: too often, it would take the machine from those who are looked at. */
const ASK_AGAIN: Millis = 1000;
/** Without a NOTIFY of these, nothing is known of a line. Presence and messages only add to it. */
const TELLING = new Set(["dialog"]);

/**
 * All that is untrue in a record, as sentences; none is what is wanted.
 *
 * - A lamp leaves unknown only by a NOTIFY of its line that came after it went unknown, and one of its calls that came after
 *   the link, or the subscription to them, was lost.
 * - While the panel knows that its link is down, every lamp is unknown.
 * - In an outage nothing comes from the PBX, and no lamp shows anything but unknown for longer than `alive` + 1 s.
 */
export function lies(notes: readonly Note[], outages: readonly Outage[], alive: Millis): string[] {
  return [...unvouched(notes), ...outages.flatMap((outage) => overdue(notes, outage, alive + DETECTION))];
}

function unvouched(notes: readonly Note[]): string[] {
  const found: string[] = [];
  const lamps = new Map<LineId, LineState>();
  /** Told of their calls since the link was lost; told anything since they went unknown. */
  const [known, news] = [new Set<LineId>(), new Set<LineId>()];
  let up = false;
  for (const note of notes) {
    switch (note.kind) {
      case "link":
        if (note.up && !up) {
          for (const [line, state] of lamps) {
            if (state !== "unknown") found.push(`${line} was ${state} while the link was down`);
          }
        }
        if (!note.up) known.clear();
        up = note.up;
        break;
      case "notify":
        if (note.active) news.add(note.line);
        if (!TELLING.has(note.event)) break;
        if (note.active) known.add(note.line);
        else known.delete(note.line);
        break;
      case "lamp":
        if (note.state === "unknown") news.delete(note.line);
        else if (!known.has(note.line) || !news.has(note.line)) {
          found.push(`${note.line} went ${note.state}, and no NOTIFY said so`);
        }
        lamps.set(note.line, note.state);
        break;
    }
  }
  return found;
}

function overdue(notes: readonly Note[], { from, to }: Outage, limit: Millis): string[] {
  const found: string[] = [];
  for (const note of notes) {
    if (note.kind === "notify" && note.at > from + IN_FLIGHT && note.at < to) {
      found.push(`a NOTIFY of ${note.line} came while the PBX was out of reach: it was not`);
    }
  }
  const late = from + limit;
  if (to <= late) return found;
  for (const [line, state] of lampsAt(notes, late)) {
    if (state !== "unknown") found.push(`${line} was still ${state} ${limit} ms after the PBX was lost`);
  }
  for (const note of notes) {
    if (note.kind === "lamp" && note.at > late && note.at < to && note.state !== "unknown") {
      found.push(`${note.line} went ${note.state} while the PBX was out of reach`);
    }
  }
  return found;
}

function lampsAt(notes: readonly Note[], moment: Millis): Map<LineId, LineState> {
  const lamps = new Map<LineId, LineState>();
  for (const note of notes) if (note.kind === "lamp" && note.at <= moment) lamps.set(note.line, note.state);
  return lamps;
}

/** The record of one panel, and what is expected of it. */
export class Truth {
  readonly notes: Note[] = [];
  readonly #clock: Clock;
  readonly #alive: Millis;
  readonly #lamps = new Map<LineId, LineState>();
  readonly #outages: Outage[] = [];
  readonly #conditions = new Conditions();
  #lost: Millis | undefined;

  /** @param clock the one that the notes are timed by */
  constructor(clock: Clock, alive: Millis) {
    this.#clock = clock;
    this.#alive = alive;
  }

  note(note: Note): void {
    this.notes.push(note);
    if (note.kind === "lamp") this.#lamps.set(note.line, note.state);
    this.#conditions.check();
  }

  lamp(line: LineId): LineState | undefined {
    return this.#lamps.get(line);
  }

  /** From now on the PBX is out of reach. */
  lost(): void {
    this.#lost ??= this.#clock.now();
  }

  /** From now on it may be reached again. */
  found(): void {
    if (this.#lost !== undefined) this.#outages.push({ from: this.#lost, to: this.#clock.now() });
    this.#lost = undefined;
  }

  /** Resolves with how long it took (ms). */
  async untilLamp(line: LineId, state: LineState, within: Millis): Promise<Millis> {
    return this.untilLamps(new Map([[line, state]]), within);
  }

  async untilLamps(states: ReadonlyMap<LineId, LineState>, within: Millis): Promise<Millis> {
    const since = this.#clock.now();
    await this.#conditions.until(
      "the lamps as they should be",
      within,
      () => (this.#differences(states).length === 0 ? true : undefined),
      () => this.#differences(states).join("; "),
    );
    return this.#clock.now() - since;
  }

  /** Resolves with the reason that a person is told for it. */
  untilFault(what: string, within: Millis): Promise<string> {
    return this.#untilTold("fault", (note) => note.what === what, within);
  }

  untilWarning(why: RegExp, within: Millis): Promise<string> {
    return this.#untilTold("warning", (note) => why.test(note.why), within);
  }

  /** Resolves with how long it took until every lamp equalled what the PBX itself says (ms). */
  async untilTrue(says: () => Promise<ReadonlyMap<LineId, LineState>>, within: Millis): Promise<Millis> {
    const since = this.#clock.now();
    for (;;) {
      const states = await says();
      const differences = this.#differences(states);
      const took = this.#clock.now() - since;
      if (differences.length === 0) return took;
      if (took > within) throw new Error(`lamps not true within ${within} ms: ${differences.join("; ")}`);
      // Once it is as the PBX said, whether it still says so; else, whether it says something else meanwhile.
      await this.untilLamps(states, ASK_AGAIN).catch(() => undefined);
    }
  }

  lies(): string[] {
    return lies(this.notes, this.#outages, this.#alive);
  }

  #untilTold(kind: "fault" | "warning", fits: (note: Told) => boolean, within: Millis): Promise<string> {
    const told = (): Told[] => this.notes.filter((note): note is Told => note.kind === kind);
    return this.#conditions.until(
      `a ${kind}`,
      within,
      () => told().find(fits)?.why,
      () => JSON.stringify(told()),
    );
  }

  /** Throws with what was shown that was not so. */
  mustBeTrue(): void {
    const [first, ...more] = this.lies();
    if (first !== undefined) throw new Error(more.length === 0 ? first : `${first}; and ${more.length} more lies`);
  }

  #differences(states: ReadonlyMap<LineId, LineState>): string[] {
    return [...states]
      .filter(([line, state]) => this.lamp(line) !== state)
      .map(([line, state]) => `${line} shows ${this.lamp(line)}, should be ${state}`);
  }
}
