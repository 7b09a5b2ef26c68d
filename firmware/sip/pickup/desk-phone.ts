import type { LegName, Procedure, Stage } from "../../domain/attempt/attempt.ts";
import { DESK_PHONE } from "../../domain/attempt/desk-phone.ts";
import { DIAL } from "../../domain/attempt/dial.ts";
import type { Millis } from "../../domain/millis.ts";
import type { DeskPhone as DeskPhoneSettings } from "../../domain/settings.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Agent, LegEvents } from "../agent.ts";
import { silentOffer } from "../media.ts";
import { ANSWER_BY_ITSELF } from "./auto-answer.ts";
import type { Catch, Landed, Landing, Watch } from "./landing.ts";
import type { Target } from "./method.ts";
import { type Hands, Run } from "./run.ts";

export interface DeskPhoneOptions {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly phone: DeskPhoneSettings;
  /** Told what the PBX answers to each REFER. */
  readonly referred?: (code: number) => void;
}

/** Third party call control: the panel calls the desk phone, and transfers that leg to what takes the call. */
export class DeskPhone implements Landing {
  readonly name = "desk-phone";
  readonly #options: DeskPhoneOptions;

  constructor(options: DeskPhoneOptions) {
    this.#options = options;
  }

  attempt({ target, by }: Catch, watch: Watch, signal: AbortSignal): Promise<Landed> {
    return this.#run(DESK_PHONE, target, by, watch, signal);
  }

  /** A call from the desk phone to a number, in the same way. */
  dial(number: string, by: Millis, watch: Watch, signal: AbortSignal): Promise<Landed> {
    return this.#run(DIAL, { kind: "dial", user: number }, by, watch, signal);
  }

  #run<A extends Stage>(
    procedure: Procedure<A>,
    target: Target,
    by: Millis,
    watch: Watch,
    signal: AbortSignal,
  ): Promise<Landed> {
    const { clock, phone } = this.#options;
    const start = { whenBusy: phone.whenBusy, replaces: target.kind === "replaces" };
    const run = { procedure, hands: this.#hands(target), watch, start, by, clock, signal };
    return new Promise((resolve) => new Run(run, resolve).start());
  }

  #hands(target: Target): Hands {
    const { agent, phone, referred } = this.#options;
    return {
      invite: (_: LegName, events: LegEvents) =>
        agent.invite(agent.uri(phone.dial), ANSWER_BY_ITSELF, silentOffer(agent.mediaAddress), events),
      uriOf: () => referredTo(target, agent),
      ...(referred && { referred }),
    };
  }
}

/** RFC 3261 §19.1.1: headers that the one who is sent there puts into its INVITE. */
function referredTo(target: Target, agent: Pick<Agent, "uri">): string {
  if (target.kind === "dial") return agent.uri(target.user);
  return `${target.uri}?Replaces=${encodeURIComponent(target.replaces)}&Require=replaces`;
}
