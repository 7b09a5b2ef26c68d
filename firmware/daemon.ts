import { Attendant } from "./domain/attendant.ts";
import type { Effect, Report } from "./domain/effect.ts";
import type { Fact } from "./domain/fact.ts";
import type { KeyId } from "./domain/key.ts";
import type { LineId } from "./domain/line.ts";
import type { Millis } from "./domain/millis.ts";
import { holding, type Pressed, pressing, RELEASED } from "./domain/press.ts";
import type { KeySettings, Settings } from "./domain/settings.ts";
import type { Cancel, Clock } from "./hal/clock.ts";
import type { Log } from "./hal/log.ts";
import type { Module } from "./hal/module.ts";
import { eventPayload, lampPayload, pbxPayload } from "./mqtt/payload.ts";
import type { Reporter } from "./mqtt/reporter.ts";
import { KeyGuard } from "./panel/key-guard.ts";
import { DeskPhone } from "./sip/pickup/desk-phone.ts";
import { FeatureCode } from "./sip/pickup/feature-code.ts";
import type { Landing, Watch } from "./sip/pickup/landing.ts";
import { Registration } from "./sip/registration.ts";
import type { UserAgent } from "./sip/user-agent.ts";
import { type LineWishes, Watcher } from "./sip/watcher.ts";

/** No step of stopping may take longer, so that a service manager need not kill us. */
const STOP_STEP = 2500;

export interface DaemonParts {
  readonly settings: Settings;
  readonly module: Module;
  readonly agent: UserAgent;
  /** Absent where the settings name no broker. */
  readonly reporter?: Reporter;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells the events of this run from those of another: part of every event's id. */
  readonly run: string;
}

/** Joins the parts it is given, carries out what the attendant wants, and starts and stops everything in order. */
export class Daemon {
  readonly #parts: DaemonParts;
  readonly #attendant: Attendant;
  readonly #watcher: Watcher;
  readonly #registration: Registration | undefined;
  readonly #landing: Landing | undefined;
  readonly #method = new FeatureCode();
  readonly #keys: ReadonlyMap<KeyId, KeySettings>;
  readonly #guard: KeyGuard;
  readonly #held = new Map<KeyId, { memory: Pressed["memory"]; cancel?: Cancel }>();
  readonly #stopping = new AbortController();
  readonly #cancels = new Set<Cancel>();
  #events = 0;

  constructor(parts: DaemonParts) {
    const { settings, agent, clock, log } = parts;
    const { phone, deadline } = settings.pickup;
    this.#parts = parts;
    this.#attendant = new Attendant(settings);
    const lines = new Set<LineId>(settings.keys.map((key) => key.line));
    if (phone) lines.add(phone.line);
    this.#watcher = new Watcher(
      { agent, clock, log },
      [...lines],
      (line) => wishesFor(line, settings),
      settings.pbx.list,
    );
    this.#registration = settings.pbx.register ? new Registration({ agent, clock, log }) : undefined;
    this.#landing = phone ? new DeskPhone({ agent, clock, phone, deadline }) : undefined;
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
      this.#take({ kind: "line", line, state, ring, ...(trouble && { fault: why }), at }),
    );
    this.#watcher.onListFault((list, why) => this.#condition(`list ${list}`, why));
    // Without a link nothing can be registered; the link says so itself. A panel that stops is not at fault.
    this.#registration?.onState((_, why) => {
      if (agent.up && !this.#stopping.signal.aborted) this.#condition("registration", why);
    });
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
    // What became of a pickup under way is still to be told.
    await Promise.resolve();
    await bounded("the broker connection", reporter?.stop());
    await bounded("the subscriptions", this.#watcher.stop());
    await bounded("the registration", this.#registration?.stop());
    await bounded("the SIP connection", agent.stop());
    this.#guard.halt();
    for (const cancel of this.#cancels) cancel();
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
          this.#attempt(effect);
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
    if (press !== undefined) this.#take({ kind: "press", key, press, at });
    const cancel =
      recheckAt === undefined
        ? undefined
        : clock.at(recheckAt, () => this.#pressed(key, holding(memory, clock.now()), clock.now()));
    this.#held.set(key, cancel ? { memory, cancel } : { memory });
  }

  #attempt({ press, line }: Extract<Effect, { kind: "attempt" }>): void {
    const { settings, clock } = this.#parts;
    const phone = settings.pickup.phone?.line;
    const end = (outcome: Extract<Fact, { kind: "outcome" }>["outcome"]) =>
      this.#take({ kind: "outcome", press, outcome, at: clock.now() });
    const target = this.#method.target(line, settings.profile);
    if (!this.#landing || phone === undefined || target.kind === "inapplicable") {
      const reason = target.kind === "inapplicable" ? target.why : "no desk phone is configured (pickup.phone)";
      // In a later turn: the attendant is in the middle of the press that this answers.
      queueMicrotask(() => end({ kind: "failed", reason }));
      return;
    }
    void this.#landing.attempt(target, this.#watch(line, phone), this.#stopping.signal).then(end);
  }

  #watch(line: LineId, phone: LineId): Watch {
    return {
      line: () => this.#watcher.view(line),
      phone: () => this.#watcher.view(phone),
      onChange: (listener) =>
        this.#watcher.onReport((report) => {
          if (report.line === line || report.line === phone) listener();
        }),
    };
  }

  #condition(what: string, why: string | undefined): void {
    this.#take({ kind: "condition", what, why, at: this.#parts.clock.now() });
  }

  #report({ key, look, state, since }: Extract<Effect, { kind: "show" }>): void {
    const settings = this.#keys.get(key);
    if (!settings) return;
    const { line, label } = settings;
    this.#parts.reporter?.lamp(key, () => lampPayload({ line, label, state, since: this.#dateOf(since), ...look }));
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
  return {
    presence: profile.offline === "presence",
    mailbox: keys.find((key) => key.line === line && key.mailbox !== undefined)?.mailbox,
    longestRing: pbx.longestRing,
  };
}
