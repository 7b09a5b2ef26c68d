import {
  type AttemptCommand,
  type AttemptEvent,
  isFree,
  type LegName,
  type Procedure,
  type Stage,
} from "../../../firmware/domain/attempt/attempt.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import type { Outcome } from "../../../firmware/domain/outcome.ts";
import { PATIENT_PBX, type Schedule } from "./schedule.ts";
import { World } from "./world.ts";

/** What the news of a hang-up needs at most, as schedules have it. */
const NEWS: Millis = 250;
/** By then everything is quiet: a REFER that is never answered takes 32 s, and as long as that the next one. */
const END: Millis = 120_000;

interface Told {
  readonly outcome: Outcome;
  readonly at: Millis;
}

/** Plays one schedule on a machine. Throws where it does wrong, with all that it heard and said. */
export function play<A extends Stage>(procedure: Procedure<A>, schedule: Schedule): Outcome {
  const player = new Player(procedure, schedule);
  try {
    return player.play();
  } catch (error) {
    throw new Error([String(error), ...player.heard].join("\n"), { cause: error });
  }
}

class Player<A extends Stage> {
  readonly #procedure: Procedure<A>;
  readonly #schedule: Schedule;
  readonly #world: World;
  readonly #log: (readonly [at: Millis, stage: string, what: AttemptEvent | AttemptCommand])[] = [];
  readonly #waiting: AttemptEvent[] = [];
  readonly #ended = new Set<LegName>();
  readonly #told: Told[] = [];
  #attempt: A | undefined;
  #feeding = false;

  constructor(procedure: Procedure<A>, schedule: Schedule) {
    this.#procedure = procedure;
    this.#schedule = schedule;
    this.#world = new World(schedule, (event) => this.#feed(event));
  }

  get heard(): readonly string[] {
    return this.#log.map(([at, stage, what]) => `${at} ${stage} ${JSON.stringify(what)}`);
  }

  play(): Outcome {
    const { phone, whenBusy, replaces, deadline } = this.#schedule;
    const start = { quarry: "there", phone, whenBusy, replaces, deadline } as const;
    const { attempt, commands } = this.#procedure.begin(start, 0);
    this.#attempt = attempt;
    this.#world.start(() => this.#feed({ kind: "abort", reason: "the panel is stopping" }));
    for (const command of commands) this.#act(command);
    this.#world.timeline.run(END);
    const [told, ...more] = this.#told;
    if (!told || more.length > 0) throw new Error(`told ${this.#told.length} times`);
    must(told.at <= deadline, "told in time");
    must(this.#attempt?.stage === "over", "the machine is over");
    this.#checkEnd(told.outcome);
    return told.outcome;
  }

  #feed(event: AttemptEvent): void {
    this.#waiting.push(event);
    if (this.#feeding) return;
    this.#feeding = true;
    const { now } = this.#world.timeline;
    for (let next = this.#waiting.shift(); next && this.#attempt; next = this.#waiting.shift()) {
      if (next.kind === "answered") this.#ended.delete(next.leg);
      this.#log.push([now, `${this.#attempt.stage} <`, next]);
      const { attempt, commands } = this.#procedure.step(this.#attempt, next, now);
      this.#attempt = attempt;
      for (const command of commands) this.#act(command);
    }
    this.#feeding = false;
  }

  #act(command: AttemptCommand): void {
    const { timeline, calls, seen } = this.#world;
    this.#log.push([timeline.now, ">", command]);
    switch (command.kind) {
      case "invite":
        must(!calls.has(command.leg), "a leg is placed once");
        if (command.leg === "caller") this.#mayTake();
        else must(this.#schedule.whenBusy === "ring" || isFree(seen.phone), "a phone in use is left alone");
        this.#world.invite(command.leg);
        break;
      case "refer": {
        const call = calls.get(command.leg);
        must(call?.near === "talking", "only a leg that is up is transferred");
        if (command.to === "quarry") this.#mayTake();
        call?.refer(command.to);
        break;
      }
      case "end-leg": {
        const call = calls.get(command.leg);
        must(call !== undefined && call.near !== "over", "only a leg that is there is ended");
        must(!this.#ended.has(command.leg), "a leg is ended once");
        this.#ended.add(command.leg);
        call?.end();
        break;
      }
      case "ask-phone":
        this.#mayTake();
        must(isFree(seen.phone), "a phone in use is left alone");
        this.#world.ask();
        break;
      case "wake":
        must(this.#attempt?.stage !== "over", "no wake after the end");
        timeline.at(command.at, () => this.#feed({ kind: "time" }));
        break;
      case "done":
        this.#told.push({ outcome: command.outcome, at: timeline.now });
        this.#checkTelling(command.outcome);
    }
  }

  /** Never a barge: what the panel knows to be answered, or gone, is not touched. */
  #mayTake(): void {
    must(this.#world.seen.quarry === "there", "only a ringing call is taken");
  }

  #checkTelling({ kind }: Outcome): void {
    const { connected, timeline } = this.#world;
    const { now } = timeline;
    const talked = connected !== undefined && connected.until >= now - NEWS;
    if (kind === "picked-up") must(talked, "told picked-up: phone and caller talk");
    // The other way round nothing but a doubt may be told.
    const surely = connected !== undefined && connected.since < now - NEWS && connected.until > now;
    if (surely) must(kind === "picked-up" || kind === "failed", `not ${kind} where phone and caller talk`);
  }

  #checkEnd({ kind }: Outcome): void {
    const { takings, calls, phoneIsOurs, caller } = this.#world;
    must(takings <= 1, "one taking at most");
    for (const { name, near, far } of calls.values()) {
      must(near === "over" && far === "over", `no leg is left: ${name} is ${near} here and ${far} there`);
    }
    must(!phoneIsOurs, "no phone is left on a leg of ours");
    must(caller !== "panel", "nobody waits on a leg of ours");
    if (caller !== "dropped") return;
    const { kind: does, tooEarly } = this.#schedule.plans.back;
    must(does !== "does" || tooEarly > PATIENT_PBX, "hung up on a caller only where the PBX refuses every transfer");
    if (does !== "lies") must(kind === "failed", "and says so");
  }
}

function must(right: boolean, rule: string): void {
  if (!right) throw new Error(`broken: ${rule}`);
}
