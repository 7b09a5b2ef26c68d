import { Attendant } from "./domain/attendant.ts";
import type { Effect, Report } from "./domain/effect.ts";
import type { Fact } from "./domain/fact.ts";
import { type LocalTime, localTime } from "./domain/hours.ts";
import type { KeyId } from "./domain/key.ts";
import { type KeySettings, linesOf, subjectOf } from "./domain/key-settings.ts";
import type { LampState } from "./domain/lamp.ts";
import type { LineId } from "./domain/line.ts";
import type { Millis } from "./domain/millis.ts";
import { holding, type Pressed, pressing, RELEASED } from "./domain/press.ts";
import type { Settings } from "./domain/settings.ts";
import type { Cancel, Clock } from "./hal/clock.ts";
import type { Log } from "./hal/log.ts";
import type { Module } from "./hal/module.ts";
import { eventPayload, lampPayload, pbxPayload } from "./mqtt/payload.ts";
import type { Reporter } from "./mqtt/reporter.ts";
import { KeyGuard } from "./panel/key-guard.ts";
import { Pickup, type PickupParts } from "./sip/pickup/pickup.ts";
import { Registration } from "./sip/registration.ts";
import type { UserAgent } from "./sip/user-agent.ts";
import { type LineWishes, Watcher } from "./sip/watcher.ts";

/** No step of stopping may take longer, so that a service manager need not kill us. */
const STOP_STEP = 2500;

const DARK: LampState = { colour: "amber", cadence: "dark" };

export interface DaemonParts {
  readonly settings: Settings;
  readonly module: Module;
  readonly agent: UserAgent;
  /** Absent where the settings name no broker. */
  readonly reporter?: Pick<Reporter, "start" | "stop" | "lamp" | "pbx" | "event">;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells the events of this run from those of another: part of every event's id. */
  readonly run: string;
  /** What pickups use beside SIP, where that is not this machine's. */
  readonly means?: Pick<PickupParts, "audio" | "askPhone">;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** Joins the parts it is given, carries out what the attendant wants, and starts and stops everything in order. */
export class Daemon {
  readonly #parts: DaemonParts;
  readonly #attendant: Attendant;
  readonly #watcher: Watcher;
  readonly #registration: Registration | undefined;
  readonly #pickup: Pickup;
  readonly #keys: ReadonlyMap<KeyId, KeySettings>;
  readonly #guard: KeyGuard;
  readonly #held = new Map<KeyId, { memory: Pressed["memory"]; cancel?: Cancel }>();
  readonly #stopping = new AbortController();
  readonly #cancels = new Set<Cancel>();
  /** At most one at a time, by the attendant's doing. */
  #underWay: Promise<void> | undefined;
  #cancelTest: Cancel | undefined;
  #events = 0;

  constructor(parts: DaemonParts) {
    const { settings, agent, clock, log, means, random = Math.random } = parts;
    const { phone } = settings.pickup;
    this.#parts = parts;
    this.#attendant = new Attendant(settings);
    const lines = new Set<LineId>(settings.keys.flatMap(linesOf));
    if (phone) lines.add(phone.line);
    this.#watcher = new Watcher(
      { agent, clock, log, random },
      [...lines],
      (line) => wishesFor(line, settings),
      settings.pbx.list,
    );
    this.#pickup = new Pickup({ agent, clock, log, lines: this.#watcher, settings, ...means });
    this.#registration = settings.pbx.register ? new Registration({ agent, clock, log, random }) : undefined;
    this.#keys = new Map(settings.keys.map((key) => [key.id, key]));
    this.#guard = new KeyGuard({
      clock,
      onContact: (key, closed, at) => this.#contact(key, closed, at),
      onStuck: (key, why) => this.#condition(`key ${key}`, why),
    });
  }

  /** Resolves when everything is supervised, not when it is connected. Rejects only on what no retry can mend. */
  async start(): Promise<void> {
    const { module, agent, reporter, clock } = this.#parts;
    module.onState((state, why) => {
      this.#guard.found(module.held);
      this.#condition(`module ${module.name}`, state === "up" ? undefined : (why?.message ?? "not there"));
    });
    module.onContact((key, closed, at) => this.#guard.contact(key, closed, at));
    this.#carryOut(this.#attendant.begin(clock.now()));
    await module.start();
    // Told before its lines are: they stand for the link while it is down.
    agent.onLink((up, why) => this.#take({ kind: "link", up, ...(why === undefined ? {} : { why }), at: clock.now() }));
    this.#watcher.onReport(({ line, state, ring, why, trouble, at }) =>
      this.#take({ kind: "line", line, state, ring, ...(trouble && { fault: why }), local: this.#local(), at }),
    );
    this.#watcher.onListFault((list, why) => this.#condition(`list ${list}`, why));
    // Without a link nothing can be registered; the link says so itself. A panel that stops is not at fault.
    this.#registration?.onState((_, why) => {
      if (agent.up && !this.#stopping.signal.aborted) this.#condition("registration", why);
    });
    this.#pickup.start();
    this.#watcher.start();
    this.#registration?.start();
    reporter?.pbx(pbxPayload(false, clock.wall()));
    await agent.start();
    reporter?.start();
  }

  /** In reverse, each step bounded; dark at the end, whatever else went wrong. */
  async stop(): Promise<void> {
    const { module, agent, reporter, log } = this.#parts;
    const bounded = async (what: string, work: Promise<unknown> | undefined): Promise<void> => {
      try {
        await this.#within(STOP_STEP, work);
      } catch (error) {
        log.warn({ err: error }, `${what} did not stop in time`);
      }
    };
    this.#stopping.abort();
    // What became of it is still to be told.
    await bounded("a pickup", this.#underWay);
    this.#pickup.stop();
    await bounded("the broker connection", reporter?.stop());
    await bounded("the subscriptions", this.#watcher.stop());
    await bounded("the registration", this.#registration?.stop());
    await bounded("the SIP connection", agent.stop());
    this.#guard.halt();
    for (const cancel of this.#cancels) cancel();
    this.#cancelTest?.();
    for (const { cancel } of this.#held.values()) cancel?.();
    await bounded("the panel", module.halt());
  }

  #take(fact: Fact): void {
    this.#carryOut(this.#attendant.take(fact));
  }

  #carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "show":
          this.#parts.module.show(effect.key, effect.look);
          this.#report(effect);
          break;
        case "attempt":
          this.#underWay = this.#attempt(effect);
          break;
        case "alert":
          this.#parts.log.debug({ on: effect.on }, "alert");
          break;
        case "lamp-test":
          this.#testLamps(effect);
          break;
        case "report":
          this.#tell(effect.report);
          break;
        case "wake":
          this.#wake(effect.at);
          break;
      }
    }
  }

  #contact(key: KeyId, closed: boolean, at: number): void {
    const held = this.#held.get(key);
    held?.cancel?.();
    this.#pressed(key, pressing(held?.memory ?? RELEASED, { closed, at }), at);
  }

  #pressed(key: KeyId, { memory, press, recheckAt }: Pressed, at: number): void {
    const { clock } = this.#parts;
    if (press !== undefined) this.#take({ kind: "press", key, press, local: this.#local(), at });
    const cancel =
      recheckAt === undefined
        ? undefined
        : clock.at(recheckAt, () => this.#pressed(key, holding(memory, clock.now()), clock.now()));
    this.#held.set(key, cancel ? { memory, cancel } : { memory });
  }

  async #attempt({ press, task }: Extract<Effect, { kind: "attempt" }>): Promise<void> {
    const { outcome, trial } = await this.#pickup.attempt(task, this.#stopping.signal);
    this.#take({ kind: "outcome", press, outcome, trial, at: this.#parts.clock.now() });
  }

  /** The lamps of keys are the attendant's own. */
  #testLamps({ look, until }: Extract<Effect, { kind: "lamp-test" }>): void {
    const { module, clock } = this.#parts;
    const others = module.lamps.filter((lamp) => !this.#keys.has(lamp));
    for (const lamp of others) module.show(lamp, look);
    this.#cancelTest?.();
    this.#cancelTest = clock.at(until, () => {
      for (const lamp of others) module.show(lamp, DARK);
    });
  }

  #local(): LocalTime {
    return localTime(this.#parts.clock.wall());
  }

  #condition(what: string, why: string | undefined): void {
    this.#take({ kind: "condition", what, why, at: this.#parts.clock.now() });
  }

  #report({ key, look, state, since }: Extract<Effect, { kind: "show" }>): void {
    const settings = this.#keys.get(key);
    if (!settings) return;
    const { label } = settings;
    const on = subjectOf(settings);
    this.#parts.reporter?.lamp(key, () => lampPayload({ on, label, state, since: this.#dateOf(since), ...look }));
  }

  #tell(report: Report): void {
    const { reporter, log, run } = this.#parts;
    const { type, at, ...fields } = report;
    if (type === "fault") log.warn(fields, "fault");
    else if (type !== "link") log.info(fields, type); // The user agent has said that of the link.
    if (report.type === "link") reporter?.pbx(() => pbxPayload(report.up, this.#dateOf(at)));
    const id = `${run}-${++this.#events}`;
    reporter?.event(() => eventPayload(report, id, this.#dateOf(at)));
  }

  /** The date of a past moment by today's reading of the wall clock, which may have been set since. */
  #dateOf(moment: Millis): Date {
    const { clock } = this.#parts;
    return new Date(clock.wall().getTime() - (clock.now() - moment));
  }

  #wake(at: number): void {
    const { clock } = this.#parts;
    const cancel = clock.at(at, () => {
      this.#cancels.delete(cancel);
      this.#take({ kind: "time", at: clock.now() });
    });
    this.#cancels.add(cancel);
  }

  #within(bound: number, work: Promise<unknown> | undefined): Promise<unknown> {
    if (!work) return Promise.resolve();
    const { clock } = this.#parts;
    return new Promise((resolve, reject) => {
      const cancel = clock.at(clock.now() + bound, () => reject(new Error(`not within ${bound} ms`)));
      work.then(resolve, reject).finally(cancel);
    });
  }
}

function wishesFor(line: LineId, { profile, pbx, keys }: Settings): LineWishes {
  const mailboxes = keys.flatMap((key) => (key.kind === "line" && key.line === line ? (key.mailbox ?? []) : []));
  return {
    presence: profile.offline === "presence",
    mailbox: mailboxes[0],
    longestRing: pbx.longestRing,
  };
}
