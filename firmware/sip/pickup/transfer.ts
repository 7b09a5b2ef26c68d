import { isFree, type LegName } from "../../domain/attempt/attempt.ts";
import { TRANSFER } from "../../domain/attempt/transfer.ts";
import type { DeskPhone as DeskPhoneSettings } from "../../domain/settings.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Agent, Leg, LegEvents, Response } from "../agent.ts";
import { mediaTarget, silentOffer, speakingOffer } from "../media.ts";
import type { AudioPort } from "../rtp.ts";
import { ANSWER_BY_ITSELF } from "./auto-answer.ts";
import type { Catch, Landed, Landing, Watch } from "./landing.ts";
import type { Target } from "./method.ts";
import { type Hands, Run } from "./run.ts";

export interface TransferOptions {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly phone: DeskPhoneSettings;
  readonly audio: Pick<AudioPort, "port" | "speak">;
  readonly referred?: (code: number) => void;
}

/** Attended transfer: the panel takes the call, calls the desk phone, and joins the two. */
export class Transfer implements Landing {
  readonly name = "transfer";
  readonly #options: TransferOptions;

  constructor(options: TransferOptions) {
    this.#options = options;
  }

  attempt(what: Catch, watch: Watch, signal: AbortSignal): Promise<Landed> {
    const { clock, phone } = this.#options;
    const { by } = what;
    const start = { whenBusy: phone.whenBusy, replaces: what.target.kind === "replaces" };
    const hands = this.#hands(what, () => isFree(watch.phone()));
    return new Promise((resolve) =>
      new Run({ procedure: TRANSFER, hands, watch, start, by, clock, signal }, resolve).start(),
    );
  }

  /** @param free asked as the phone is called, which is made to answer only then */
  #hands({ target, line }: Catch, free: () => boolean): Hands {
    const { agent, phone, audio, referred } = this.#options;
    const invitePhone = (events: LegEvents): Leg => {
      const offer = silentOffer(agent.mediaAddress);
      if (free()) return agent.invite(agent.uri(phone.dial), ANSWER_BY_ITSELF, offer, events);
      return agent.invite(agent.uri(phone.line), [], offer, events);
    };
    return {
      invite: (leg: LegName, events: LegEvents) => (leg === "phone" ? invitePhone(events) : this.#take(target, events)),
      uriOf: (to, legs) => (to === "back" ? agent.uri(line) : legs.get("phone")?.replaceable),
      answered: (leg: LegName, response: Response) => {
        // Asterisk waits half a second for a sign of audio before it lets the ringing phone go.
        const there = leg === "caller" ? mediaTarget(response.body) : undefined;
        if (there) audio.speak(there);
      },
      ...(referred && { referred }),
    };
  }

  #take(target: Target, events: LegEvents): Leg {
    const { agent, audio } = this.#options;
    const { port } = audio;
    const offer = port === undefined ? silentOffer(agent.mediaAddress) : speakingOffer(agent.mediaAddress, port);
    if (target.kind === "dial") return agent.invite(agent.uri(target.user), [], offer, events);
    return agent.invite(target.uri, ["Require: replaces", `Replaces: ${target.replaces}`], offer, events);
  }
}
