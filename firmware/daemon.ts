import { Attendant } from "./domain/attendant.ts";
import type { Effect, Report } from "./domain/effect.ts";
import type { Fact } from "./domain/fact.ts";
import { type LocalTime, localTime } from "./domain/hours.ts";
import { lampsNamed } from "./domain/identify.ts";
import type { KeyId } from "./domain/key.ts";
import { type KeySettings, linesOf, subjectOf } from "./domain/key-settings.ts";
import type { LineId } from "./domain/line.ts";
import type { Millis } from "./domain/millis.ts";
import type { CommandName, Settings } from "./domain/settings.ts";
import type { Cancel, Clock } from "./hal/clock.ts";
import type { Log } from "./hal/log.ts";
import type { Module } from "./hal/module.ts";
import { COMMANDS, type Command, type CommandResult } from "./mqtt/command.ts";
import { Answered, Commands } from "./mqtt/commands.ts";
import { eventPayload, lampPayload, pbxPayload } from "./mqtt/payload.ts";
import type { Reporter } from "./mqtt/reporter.ts";
import type { Buzzer } from "./panel/buzzer.ts";
import { KeyGuard } from "./panel/key-guard.ts";
import { Presses } from "./panel/presses.ts";
import { SpareLamps } from "./panel/spare-lamps.ts";
import type { Agent } from "./sip/agent.ts";
import { Pickup, type PickupParts } from "./sip/pickup/pickup.ts";
import { Registration } from "./sip/registration.ts";
import { Watcher, wishesFor } from "./sip/watcher.ts";

/** No step of stopping may take longer, so that a service manager need not kill us. */
const STOP_STEP = 2500;

export interface DaemonParts {
  readonly settings: Settings;
  readonly module: Module;
  /** Absent where the board has none. */
  readonly buzzer?: Buzzer;
  readonly agent: Agent & { start(): Promise<void>; stop(): Promise<void> };
  /** Absent where the settings name no broker. */
  readonly reporter?: Pick<Reporter, "start" | "stop" | "lamp" | "pbx" | "event"> &
    Partial<Pick<Reporter, "onCommand" | "result">>;
  readonly clock: Clock;
  readonly log: Log;
  /** Begins to start anew with what the configuration says now, and then tells the result by answer(); or says why not. */
  readonly reload?: (id: string | undefined) => CommandResult | undefined;
  /** What became of earlier commands, where the panel has run before. */
  readonly answered?: Answered;
  /** Tells the events of this run from those of another: part of every event's id. */
  readonly run: string;
  /** What pickups use beside SIP, where that is not this machine's. */
  readonly means?: Pick<PickupParts, "audio" | "askPhone">;
  /** In [0, 1). */
  readonly random?: () => number;
}

type Shown = Omit<Extract<Effect, { kind: "show" }>, "kind">;

/** Joins the parts it is given, carries out what the attendant wants, and starts and stops everything in order. */
export class Daemon {
  readonly #parts: DaemonParts;
  readonly #attendant: Attendant;
  readonly #watcher: Watcher;
  readonly #registration: Registration | undefined;
  readonly #pickup: Pickup;
  readonly #keys: ReadonlyMap<KeyId, KeySettings>;
  readonly #guard: KeyGuard;
  readonly #presses: Presses;
  readonly #spare: SpareLamps;
  readonly #commands: Commands;
  readonly #stopping = new AbortController();
  readonly #cancels = new Set<Cancel>();
  /** What was reported of lamps with a caller. */
  readonly #named = new Map<KeyId, Shown>();
  /** At most one at a time, by the attendant's doing. */
  #underWay: Promise<void> | undefined;
  #events = 0;

  constructor(parts: DaemonParts) {
    const { settings, module, agent, reporter, clock, log, means, random = Math.random } = parts;
    const { phone } = settings.pickup;
    this.#parts = parts;
    this.#attendant = new Attendant(settings);
    const lines = new Set<LineId>([...settings.keys.flatMap(linesOf), ...(settings.zone ?? [])]);
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
    const used = new Set([...this.#keys.keys(), ...(settings.board.lamps ?? []).map(({ id }) => id)]);
    this.#spare = new SpareLamps(module, used, clock);
    this.#commands = new Commands({
      send: (verb, text) => reporter?.result?.(verb, text),
      perform: (command, id) => this.#command(command, id),
      answered: parts.answered ?? new Answered(),
      allowed: this.#allowed,
      clock,
      log,
    });
    this.#presses = new Presses(clock, (key, press, at) =>
      this.#take({ kind: "press", key, press, local: this.#local(), at }),
    );
    this.#guard = new KeyGuard({
      clock,
      onContact: (key, closed, at) => this.#presses.contact(key, closed, at),
      onStuck: (key, why) => this.#condition(`key ${key}`, why),
    });
  }

  /** Resolves when everything is supervised, not when it is connected. Rejects only on what no retry can mend. */
  async start(): Promise<void> {
    const { module, agent, reporter, clock } = this.#parts;
    module.onState((state, missing, gone) => {
      this.#guard.found(module.held);
      const why = state === "up" ? undefined : (missing?.message ?? "not there");
      this.#take({ kind: "module", name: module.name, why, gone, at: clock.now() });
    });
    module.onContact((key, closed, at) => this.#guard.contact(key, closed, at));
    this.#carryOut(this.#attendant.begin(clock.now()));
    await module.start();
    // Told before its lines are: they stand for the link while it is down.
    agent.onLink((up, why) => this.#take({ kind: "link", up, ...(why === undefined ? {} : { why }), at: clock.now() }));
    this.#watcher.onReport(({ line, state, ring, caller, why, trouble, at }) =>
      this.#take({ kind: "line", line, state, ring, caller, ...(trouble && { fault: why }), local: this.#local(), at }),
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
    if (this.#allowed.length > 0) reporter?.onCommand?.((order) => this.#commands.take(order));
    reporter?.start();
  }

  /** Tells what became of a command that another run was given. */
  answer(verb: CommandName, id: string | undefined, result: CommandResult): void {
    this.#commands.answer(verb, id, result);
  }

  /** Takes back what was told of keys that this panel does not have, or not any more. */
  forget(keys: readonly KeyId[]): void {
    for (const key of keys) if (!this.#keys.has(key)) this.#parts.reporter?.lamp(key, "");
  }

  /** In reverse, each step bounded; dark at the end, whatever else went wrong. */
  async stop(): Promise<void> {
    const { module, buzzer, agent, reporter, log } = this.#parts;
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
    // The broker keeps what it was told last, for as long as this panel is away.
    for (const { caller: _, ...shown } of [...this.#named.values()]) this.#report(shown);
    await bounded("the broker connection", reporter?.stop());
    await bounded("the subscriptions", this.#watcher.stop());
    await bounded("the registration", this.#registration?.stop());
    await bounded("the SIP connection", agent.stop());
    this.#guard.halt();
    for (const cancel of this.#cancels) cancel();
    this.#spare.halt();
    this.#presses.halt();
    buzzer?.halt();
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
          if (!effect.away) this.#report(effect);
          break;
        case "lost":
          this.#report({ ...effect, state: "unknown" });
          break;
        case "attempt":
          this.#underWay = this.#attempt(effect);
          break;
        case "alert":
          this.#parts.buzzer?.alert(effect.on);
          break;
        case "tone":
          this.#parts.buzzer?.tone(effect.tone);
          break;
        case "light":
          this.#parts.module.show(effect.lamp, effect.look);
          break;
        case "spare":
          this.#spare.light(effect.look, effect.until, effect.only);
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

  async #attempt({ press, task }: Extract<Effect, { kind: "attempt" }>): Promise<void> {
    const { outcome, trial } = await this.#pickup.attempt(task, this.#stopping.signal);
    this.#take({ kind: "outcome", press, outcome, trial, local: this.#local(), at: this.#parts.clock.now() });
  }

  get #allowed(): readonly CommandName[] {
    return this.#parts.settings.mqtt?.commands ?? COMMANDS;
  }

  #command(command: Command, id: string | undefined): CommandResult | undefined {
    const { settings, reload, clock } = this.#parts;
    const at = clock.now();
    switch (command.verb) {
      case "lamp-test":
        this.#take({ kind: "lamp-test", at });
        return { result: "done" };
      case "identify": {
        const named = lampsNamed(settings.board, command);
        if ("why" in named) return { result: "refused", why: named.why };
        this.#take({ kind: "identify", ...named, at });
        return { result: "done" };
      }
      case "reload":
        return reload === undefined ? { result: "refused", why: "this panel cannot be reloaded" } : reload(id);
    }
  }

  #local(): LocalTime {
    return localTime(this.#parts.clock.wall());
  }

  #condition(what: string, why: string | undefined): void {
    this.#take({ kind: "condition", what, why, at: this.#parts.clock.now() });
  }

  #report(shown: Shown): void {
    const { key, look, state, since, caller } = shown;
    const settings = this.#keys.get(key);
    if (!settings) return;
    if (caller) this.#named.set(key, shown);
    else this.#named.delete(key);
    const { label } = settings;
    const on = subjectOf(settings);
    const who = caller && { caller };
    this.#parts.reporter?.lamp(key, () =>
      lampPayload({ on, label, state, since: this.#dateOf(since), ...look, ...who }),
    );
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
      this.#take({ kind: "time", local: this.#local(), at: clock.now() });
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
