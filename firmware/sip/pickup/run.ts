import type {
  AttemptCommand,
  AttemptEvent,
  Destination,
  LegName,
  Procedure,
  Stage,
  Start,
} from "../../domain/attempt/attempt.ts";
import type { Millis } from "../../domain/millis.ts";
import type { TrialStep } from "../../domain/task.ts";
import type { Cancel, Clock } from "../../hal/clock.ts";
import type { Leg, LegEvents, Response } from "../agent.ts";
import type { Landed, Watch } from "./landing.ts";

/** What one landing does where its machine commands. None of it calls back before it returns. */
export interface Hands {
  invite(leg: LegName, events: LegEvents): Leg;
  /** The URI for a Refer-To. */
  uriOf(to: Destination, legs: ReadonlyMap<LegName, Leg>): string | undefined;
  askPhone?(answered: (code: number, why?: string) => void): Cancel;
  /** A leg was answered. */
  answered?(leg: LegName, response: Response): void;
  /** The PBX has answered a REFER of ours. */
  referred?(code: number): void;
}

export interface RunOptions<A extends Stage> {
  readonly procedure: Procedure<A>;
  readonly hands: Hands;
  readonly watch: Watch;
  readonly start: Pick<Start, "whenBusy" | "replaces">;
  /** When the outcome must be known. */
  readonly by: Millis;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const STOPPING = "the panel is stopping";

/** One attempt on its way: carries out what its state machine commands, and brings it the events. */
export class Run<A extends Stage> {
  readonly #options: RunOptions<A>;
  readonly #resolve: (landed: Landed) => void;
  readonly #cancels = new Set<Cancel>();
  readonly #legs = new Map<LegName, Leg>();
  readonly #waiting: AttemptEvent[] = [];
  readonly #steps: TrialStep[] = [];
  #attempt: A | undefined;
  #since: Millis = 0;
  #open = 0;
  #feeding = false;

  constructor(options: RunOptions<A>, resolve: (landed: Landed) => void) {
    this.#options = options;
    this.#resolve = resolve;
  }

  start(): void {
    const { clock, by, watch, signal, procedure, start } = this.#options;
    if (signal.aborted) {
      this.#resolve({ outcome: { kind: "failed", reason: STOPPING }, definite: false, steps: [] });
      return;
    }
    const now = clock.now();
    this.#since = now;
    const from: Start = { ...start, quarry: watch.quarry(), phone: watch.phone(), deadline: by };
    const { attempt, commands } = procedure.begin(from, now);
    this.#attempt = attempt;
    if (attempt.stage !== "over") {
      const abort = () => this.#feed({ kind: "abort", reason: STOPPING });
      signal.addEventListener("abort", abort);
      this.#cancels.add(() => signal.removeEventListener("abort", abort));
      this.#cancels.add(watch.onChange(() => this.#look()));
    }
    for (const command of commands) this.#act(command);
    this.#tidy();
  }

  /** The phone first: when one NOTIFY tells of both, the line must not be judged by a phone of a moment ago. */
  #look(): void {
    const quarry = this.#options.watch.quarry();
    this.#feed({ kind: "phone", state: this.#options.watch.phone() });
    this.#feed({ kind: "quarry", quarry });
  }

  /** Events that come out of a command wait for it to end. */
  #feed(event: AttemptEvent): void {
    this.#waiting.push(event);
    if (this.#feeding) return;
    this.#feeding = true;
    for (let next = this.#waiting.shift(); next && this.#attempt; next = this.#waiting.shift()) {
      const before = this.#attempt.stage;
      const { attempt, commands } = this.#options.procedure.step(this.#attempt, next, this.#options.clock.now());
      this.#attempt = attempt;
      if (attempt.stage !== before) this.#note(before);
      for (const command of commands) this.#act(command);
    }
    this.#feeding = false;
    this.#tidy();
  }

  #act(command: AttemptCommand): void {
    const { hands, clock } = this.#options;
    switch (command.kind) {
      case "invite":
        this.#open++;
        this.#legs.set(command.leg, hands.invite(command.leg, this.#events(command.leg)));
        break;
      case "refer":
        this.#refer(command.leg, command.to);
        break;
      case "end-leg":
        this.#legs.get(command.leg)?.end();
        break;
      case "ask-phone": {
        const cancel = hands.askPhone?.((code, why) =>
          this.#feed({ kind: "obeyed", code, ...(why !== undefined && { why }) }),
        );
        if (cancel) this.#cancels.add(cancel);
        break;
      }
      case "wake": {
        const cancel = clock.at(command.at, () => {
          this.#cancels.delete(cancel);
          this.#feed({ kind: "time" });
        });
        this.#cancels.add(cancel);
        break;
      }
      case "done":
        this.#resolve({ outcome: command.outcome, definite: command.definite === true, steps: [...this.#steps] });
        break;
    }
  }

  #refer(name: LegName, to: Destination): void {
    const uri = this.#options.hands.uriOf(to, this.#legs);
    const answered = (code: number) => {
      this.#options.hands.referred?.(code);
      this.#feed({ kind: "refer-answered", leg: name, code });
    };
    // A leg that is not up any more has nothing that could be replaced; its end is on the way to us.
    if (uri === undefined) queueMicrotask(() => answered(481));
    else this.#legs.get(name)?.refer(uri, ({ status }) => answered(status));
  }

  #events(leg: LegName): LegEvents {
    const accepted = (response: Response) => {
      this.#options.hands.answered?.(leg, response);
      this.#feed({ kind: "answered", leg });
    };
    const over = (event: AttemptEvent) => {
      this.#open--;
      this.#feed(event);
    };
    return {
      progress: ({ status }) => this.#feed({ kind: "progress", leg, code: status }),
      accepted,
      // Whoever was taken by a call that we had given up must not be left alone on it.
      ...(leg === "caller" && { answeredLate: accepted }),
      rejected: ({ status }) => over({ kind: "rejected", leg, code: status }),
      sipfrag: (code, final) => this.#feed({ kind: "sipfrag", leg, code, final }),
      ended: () => over({ kind: "leg-ended", leg }),
    };
  }

  #note(stage: string): void {
    const now = this.#options.clock.now();
    this.#steps.push({ step: stage, took: Math.round(10 * (now - this.#since)) / 10 });
    this.#since = now;
  }

  /** While a leg is not over yet, something may come of it. */
  #tidy(): void {
    if (this.#attempt?.stage !== "over" || this.#open > 0) return;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
