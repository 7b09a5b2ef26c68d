import { type Attempt, type AttemptCommand, type AttemptEvent, begin, step } from "../../domain/attempt.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { DeskPhone as DeskPhoneSettings, PickupSettings } from "../../domain/settings.ts";
import type { Cancel, Clock } from "../../hal/clock.ts";
import type { Agent, Leg, LegEvents } from "../agent.ts";
import { silentOffer } from "../media.ts";
import type { Landing, Watch } from "./landing.ts";
import type { DialTarget } from "./method.ts";

/**
 * What vendors' phones take for "answer by yourself". A B2BUA seldom passes them on; then it is the PBX's intercom code
 * that adds its own (RFC 5373 for Answer-Mode; the others are custom).
 */
const ANSWER_BY_ITSELF = [
  "Call-Info: <sip:localhost>;answer-after=0",
  "Alert-Info: <http://localhost>;info=alert-autoanswer",
  "Answer-Mode: Auto",
];

export interface DeskPhoneOptions {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly phone: DeskPhoneSettings;
  readonly deadline: PickupSettings["deadline"];
}

/** Third party call control: the panel calls the desk phone, and transfers that leg to the pickup code. */
export class DeskPhone implements Landing {
  readonly name = "desk-phone";
  readonly #options: DeskPhoneOptions;

  constructor(options: DeskPhoneOptions) {
    this.#options = options;
  }

  attempt(target: DialTarget, watch: Watch, signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => new Run(this.#options, target, watch, signal, resolve).start());
  }
}

/** One attempt on its way: it carries the state machine's commands out and brings it the events. */
class Run {
  readonly #options: DeskPhoneOptions;
  readonly #target: DialTarget;
  readonly #watch: Watch;
  readonly #signal: AbortSignal;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #cancels: Cancel[] = [];
  readonly #waiting: AttemptEvent[] = [];
  #attempt: Attempt | undefined;
  #leg: Leg | undefined;
  #feeding = false;

  constructor(
    options: DeskPhoneOptions,
    target: DialTarget,
    watch: Watch,
    signal: AbortSignal,
    resolve: (outcome: Outcome) => void,
  ) {
    this.#options = options;
    this.#target = target;
    this.#watch = watch;
    this.#signal = signal;
    this.#resolve = resolve;
  }

  start(): void {
    const { clock, deadline } = this.#options;
    const watch = this.#watch;
    const stopping: Outcome = { kind: "failed", reason: "the panel is stopping" };
    if (this.#signal.aborted) {
      this.#resolve(stopping);
      return;
    }
    const { attempt, commands } = begin(watch.line(), watch.phone().state, clock.now() + deadline);
    this.#attempt = attempt;
    if (attempt.stage !== "done") {
      const abort = () => this.#feed({ kind: "abort", reason: stopping.reason });
      this.#signal.addEventListener("abort", abort);
      this.#cancels.push(
        () => this.#signal.removeEventListener("abort", abort),
        watch.onChange(() => this.#look()),
      );
    }
    for (const command of commands) this.#act(command);
  }

  /** The phone first: when one NOTIFY tells of both, the line must not be judged by a phone of a moment ago. */
  #look(): void {
    const line = this.#watch.line();
    this.#feed({ kind: "phone", state: this.#watch.phone().state });
    this.#feed({ kind: "line", state: line.state, ring: line.ring });
  }

  /** Events that come out of a command wait for it to end. */
  #feed(event: AttemptEvent): void {
    this.#waiting.push(event);
    if (this.#feeding) return;
    this.#feeding = true;
    for (let next = this.#waiting.shift(); next && this.#attempt; next = this.#waiting.shift()) {
      const { attempt, commands } = step(this.#attempt, next, this.#options.clock.now());
      this.#attempt = attempt;
      for (const command of commands) this.#act(command);
    }
    this.#feeding = false;
  }

  #act(command: AttemptCommand): void {
    const { agent, clock, phone } = this.#options;
    switch (command.kind) {
      case "invite":
        this.#leg = agent.invite(
          agent.uri(phone.dial),
          ANSWER_BY_ITSELF,
          silentOffer(agent.mediaAddress),
          this.#events(),
        );
        break;
      case "refer":
        this.#leg?.refer(agent.uri(this.#target.user), ({ status }) =>
          this.#feed({ kind: "refer-answered", code: status }),
        );
        break;
      case "end-leg":
        this.#leg?.end();
        break;
      case "wake":
        this.#cancels.push(clock.at(command.at, () => this.#feed({ kind: "time" })));
        break;
      case "done":
        for (const cancel of this.#cancels) cancel();
        this.#resolve(command.outcome);
        break;
    }
  }

  #events(): LegEvents {
    return {
      accepted: () => this.#feed({ kind: "answered" }),
      rejected: ({ status }) => this.#feed({ kind: "rejected", code: status }),
      sipfrag: (code, final) => this.#feed({ kind: "sipfrag", code, final }),
      ended: () => this.#feed({ kind: "leg-ended" }),
    };
  }
}
