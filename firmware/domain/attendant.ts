import { NO_ALERTS } from "./alert-policy.ts";
import { Alerts } from "./alerts.ts";
import { Beacons, zoneOf } from "./beacons.ts";
import { type Caller, isSameCaller } from "./caller.ts";
import type { Effect } from "./effect.ts";
import type { Fact } from "./fact.ts";
import { Faults } from "./faults.ts";
import type { LocalTime } from "./hours.ts";
import { IDENTIFY, identifyLook } from "./identify.ts";
import { decide, type Intent, rightTo, ringingOf } from "./intent.ts";
import type { KeyId } from "./key.ts";
import { type KeySettings, linesOf, type Subject, subjectOf } from "./key-settings.ts";
import type { LineId } from "./line.ts";
import { groupState, type LineState } from "./line-state.ts";
import type { Millis } from "./millis.ts";
import { LIT, Place } from "./place.ts";
import type { Settings } from "./settings.ts";
import type { Task } from "./task.ts";
import { type LineView, seen, uncovered, unseen } from "./view.ts";

/** How long a lamp test lasts. */
export const LAMP_TEST: Millis = 3000;

interface Pending {
  readonly press: number;
  readonly place: Place;
  readonly task: Task;
  readonly since: Millis;
}

const NONE: readonly Effect[] = [];

/** Without a board there are no lamps but those of the keys. */
export type AttendantSettings = Pick<Settings, "keys" | "scheme" | "scope" | "pickup"> &
  Partial<Pick<Settings, "board" | "zone" | "alerts">>;

/**
 * The heart of the panel: facts in, effects out. No clock, no I/O, nothing random: the same facts give the same
 * effects. It keeps what the panel knows, so that every fact is small.
 */
export class Attendant {
  readonly #settings: AttendantSettings;
  readonly #phone: LineId | undefined;
  readonly #places = new Map<KeyId, Place>();
  readonly #views = new Map<LineId, LineView>();
  /** By line, where they may be told. */
  readonly #callers = new Map<LineId, Caller>();
  readonly #placesOf = new Map<LineId, Place[]>();
  readonly #acknowledgers: Place[] = [];
  readonly #alerts: Alerts;
  readonly #faults = new Faults();
  readonly #beacons: Beacons;
  readonly #zone: readonly LineId[];
  #pending: Pending | undefined;
  #presses = 0;

  constructor(settings: AttendantSettings) {
    this.#settings = settings;
    this.#phone = settings.pickup.phone?.line;
    this.#alerts = new Alerts(settings.keys, this.#phone, settings.alerts ?? NO_ALERTS);
    this.#beacons = new Beacons(settings.board, settings.scheme);
    this.#zone = zoneOf(settings.keys, this.#phone, settings.zone);
  }

  /** Every line unknown, and shown as that. Called once, before the first fact. */
  begin(now: Millis): readonly Effect[] {
    const { keys, scheme } = this.#settings;
    if (this.#phone !== undefined) this.#views.set(this.#phone, unseen(now));
    for (const line of [...keys.flatMap(linesOf), ...this.#zone]) this.#views.set(line, unseen(now));
    for (const key of keys) {
      const place = new Place(key, scheme, this.#stateOf(key), now);
      this.#places.set(key.id, place);
      if (key.kind === "panel" && key.action === "acknowledge") this.#acknowledgers.push(place);
      for (const line of new Set(linesOf(key))) {
        const others = this.#placesOf.get(line);
        if (others) others.push(place);
        else this.#placesOf.set(line, [place]);
      }
    }
    return [...this.#everywhere((place) => place.begin()), ...this.#beacons.begin()];
  }

  take(fact: Fact): readonly Effect[] {
    switch (fact.kind) {
      case "line":
        return this.#line(fact);
      case "press":
        return this.#press(fact);
      case "outcome":
        return this.#outcome(fact);
      case "time":
        return this.#time(fact);
      case "link":
        return this.#link(fact);
      case "module":
        return this.#module(fact);
      case "lamp-test":
        return this.#test(fact.at);
      case "identify":
        return this.#identify(fact);
      case "condition":
        return this.#faults.note(fact.what, fact.why, fact.at);
    }
  }

  #link({ up, why, at }: Extract<Fact, { kind: "link" }>): readonly Effect[] {
    return [...this.#beacons.link(up), { kind: "report", report: { type: "link", up, ...because(why), at } }];
  }

  #module({ name, why, gone, at }: Extract<Fact, { kind: "module" }>): readonly Effect[] {
    const reached = this.#everywhere((place) => place.reach(gone.has(place.key.id), at));
    return [...reached, ...this.#beacons.module(why === undefined), ...this.#faults.note(`module ${name}`, why, at)];
  }

  #line(fact: Extract<Fact, { kind: "line" }>): readonly Effect[] {
    const { line, state, ring, caller, fault, local, at } = fact;
    const before = this.#views.get(line);
    if (!before) return NONE;
    const view = seen(before, state, ring, at);
    const effects: Effect[] = [];
    const renamed = !isSameCaller(caller, this.#callers.get(line));
    if (renamed && caller) this.#callers.set(line, caller);
    else if (renamed) this.#callers.delete(line);
    if (view !== before || renamed) {
      this.#views.set(line, view);
      const another = view.epoch !== before.epoch;
      for (const place of this.#placesOf.get(line) ?? []) {
        effects.push(...place.news(this.#stateOf(place.key), another, at, this.#callerOf(place.key, local)));
      }
    }
    if (view !== before) {
      const right = { scope: this.#settings.scope, phone: this.#phone, local };
      const mine = state === "ringing" && rightTo(line, right).allowed;
      const task = this.#pending?.task;
      this.#alerts.seen({ line, state, mine, attended: task?.kind === "pickup" && task.line === line, at });
      effects.push(...this.#alerted(at, local));
    }
    // A line that is unknown for want of a link, or of a first NOTIFY, is as faulty as it was.
    if (fault !== undefined || state !== "unknown") effects.push(...this.#faults.note(`line ${line}`, fault, at));
    return effects;
  }

  #press({ key, press, local, at }: Extract<Fact, { kind: "press" }>): readonly Effect[] {
    const place = this.#places.get(key);
    if (!place) return NONE;
    const { waitingSince } = place;
    place.waitingSince = undefined;
    const intent = decide({
      press,
      key: place.key,
      waitingSince,
      view: (line) => this.#view(line, at),
      scope: this.#settings.scope,
      phone: this.#phone,
      pending: this.#pending?.task.kind,
      local,
      now: at,
    });
    switch (intent.kind) {
      case "nothing":
        return NONE;
      case "wait":
        place.waitingSince = at;
        return NONE;
      case "attempt":
        return this.#attempt(place, intent.task, at);
      case "answer":
        return this.#answer(place, intent, at, local);
      case "acknowledge":
        return this.#acknowledge(place, at, local);
      case "lamp-test":
        return [...this.#test(at), pressed(++this.#presses, place, at)];
    }
  }

  /** The INVITE goes out before the lamp: the person looks for an effect on the call first. */
  #attempt(place: Place, task: Task, at: Millis): readonly Effect[] {
    const press = ++this.#presses;
    this.#pending = { press, place, task, since: at };
    const attempt: Effect = { kind: "attempt", press, key: place.key.id, task };
    return [attempt, ...place.begun(at), pressed(press, place, at)];
  }

  #answer(
    place: Place,
    { asked, outcome }: Extract<Intent, { kind: "answer" }>,
    at: Millis,
    local: LocalTime,
  ): readonly Effect[] {
    const press = ++this.#presses;
    const shown = place.pending ? NONE : place.outcome(outcome, at);
    const on = subjectOf(place.key);
    const report = { type: asked, press, key: place.key.id, on, outcome, took: 0, at } as const;
    return [...shown, ...this.#alerts.tone(outcome, local), pressed(press, place, at), { kind: "report", report }];
  }

  #acknowledge(place: Place, at: Millis, local: LocalTime): readonly Effect[] {
    const press = ++this.#presses;
    const lines = this.#alerts.acknowledge();
    const report = { type: "acknowledge", press, key: place.key.id, lines, at } as const;
    return [...this.#alerted(at, local), pressed(press, place, at), { kind: "report", report }];
  }

  #test(at: Millis): readonly Effect[] {
    const until = at + LAMP_TEST;
    const shown = this.#everywhere((place) => place.cover(LIT, until));
    const others = this.#beacons.test(LIT, until);
    return [...shown, ...others, { kind: "spare", look: LIT, until }, { kind: "wake", at: until }];
  }

  /** Unlike a lamp test, which somebody at the panel asks for, it hides no ring. */
  #identify({ lamps, at }: Extract<Fact, { kind: "identify" }>): readonly Effect[] {
    const until = at + IDENTIFY;
    const look = identifyLook(this.#settings.scheme);
    const shown = this.#everywhere((place) =>
      place.rings || lamps?.has(place.key.id) === false ? NONE : place.cover(look, until),
    );
    const others = this.#beacons.identify(look, until, lamps);
    const spare: Effect = { kind: "spare", look, until, ...(lamps && { only: lamps }) };
    return [...shown, ...others, spare, { kind: "wake", at: until }];
  }

  #outcome({ press, outcome, trial, local, at }: Extract<Fact, { kind: "outcome" }>): readonly Effect[] {
    const pending = this.#pending;
    if (pending?.press !== press) return NONE;
    this.#pending = undefined;
    const { place, task, since } = pending;
    for (const line of linesOf(place.key)) this.#views.set(line, uncovered(this.#view(line, at), since, at));
    const tried = trial === undefined ? {} : { trial };
    const { id: key } = place.key;
    const report = { type: task.kind, press, key, on: subjectOfTask(task), outcome, ...tried, took: at - since, at };
    const shown = place.outcome(outcome, at);
    return [...shown, ...this.#alerts.tone(outcome, local), { kind: "report", report }];
  }

  #time({ local, at }: Extract<Fact, { kind: "time" }>): readonly Effect[] {
    const uncovered = [...this.#everywhere((place) => place.time(at)), ...this.#beacons.time(at)];
    return [...uncovered, ...this.#alerts.tell(at, local)];
  }

  #alerted(at: Millis, local: LocalTime): readonly Effect[] {
    const shown = this.#acknowledgers.flatMap((place) => place.news(this.#alerts.state, false, at));
    return [...shown, ...this.#zoned(), ...this.#alerts.tell(at, local)];
  }

  #zoned(): readonly Effect[] {
    if (!this.#beacons.hasZone) return NONE;
    const states = this.#zone.map((line) => this.#state(line));
    return this.#beacons.zone(states, this.#alerts.missed(this.#zone));
  }

  #stateOf(key: KeySettings): LineState {
    switch (key.kind) {
      case "line":
        return this.#state(key.line);
      case "group":
        return groupState(key.lines.map((line) => this.#state(line)));
      case "park": {
        // Whoever is parked there waits.
        const state = this.#state(key.slot);
        return state === "busy" ? "held" : state;
      }
      case "panel":
        return key.action === "acknowledge" ? this.#alerts.state : "idle";
    }
  }

  /** A group names whom a press would take, and nobody where nothing rings: several may be talking there. */
  #callerOf(key: KeySettings, local: LocalTime): Caller | undefined {
    if (this.#callers.size === 0 || key.kind === "panel") return undefined;
    if (key.kind === "line") return this.#callers.get(key.line);
    if (key.kind === "park") return this.#callers.get(key.slot);
    const { scope } = this.#settings;
    const [first] = ringingOf(key.lines, { view: (line) => this.#view(line, 0), scope, phone: this.#phone, local });
    return first && this.#callers.get(first.line);
  }

  #state(line: LineId): LineState {
    return this.#views.get(line)?.state ?? "unknown";
  }

  #view(line: LineId, now: Millis): LineView {
    return this.#views.get(line) ?? unseen(now);
  }

  #everywhere(effectsOf: (place: Place) => readonly Effect[]): readonly Effect[] {
    return [...this.#places.values()].flatMap(effectsOf);
  }
}

function subjectOfTask(task: Task): Subject {
  return task.kind === "pickup" || task.kind === "dial" ? { line: task.line } : { slot: task.slot };
}

function pressed(press: number, { key }: Place, at: Millis): Effect {
  return { kind: "report", report: { type: "press", press, key: key.id, on: subjectOf(key), at } };
}

const because = (why: string | undefined): { readonly why?: string } => (why === undefined ? {} : { why });
