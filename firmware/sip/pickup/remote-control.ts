import type { Procedure, Stage } from "../../domain/attempt/attempt.ts";
import { PARK } from "../../domain/attempt/park.ts";
import { REMOTE_CONTROL } from "../../domain/attempt/remote-control.ts";
import { REMOTE_DIAL } from "../../domain/attempt/remote-dial.ts";
import type { Millis } from "../../domain/millis.ts";
import type { DeskPhone, RemoteControl as RemoteControlSettings } from "../../domain/settings.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Catch, Landed, Landing, Watch } from "./landing.ts";
import { askPhone } from "./remote-phone.ts";
import { type Hands, Run } from "./run.ts";

export interface RemoteControlOptions {
  readonly clock: Clock;
  readonly phone: Pick<DeskPhone, "whenBusy">;
  readonly remote: RemoteControlSettings;
  readonly askPhone?: typeof askPhone;
}

/** The phone's own HTTP interface: it dials, or parks, as if its keys had been pressed. */
export class RemoteControl implements Landing {
  readonly name = "remote-control";
  readonly #options: RemoteControlOptions;

  constructor(options: RemoteControlOptions) {
    this.#options = options;
  }

  attempt({ target, by }: Catch, watch: Watch, signal: AbortSignal): Promise<Landed> {
    if (target.kind === "dial")
      return this.#run(REMOTE_CONTROL, this.#options.remote.dial, target.user, by, watch, signal);
    const reason = "a phone cannot be told by its remote control to replace a call";
    return Promise.resolve({ outcome: { kind: "refused", reason }, definite: true, steps: [] });
  }

  /** The phone's call goes to a park slot. */
  park(slot: string, by: Millis, watch: Watch, signal: AbortSignal): Promise<Landed> {
    const { transfer } = this.#options.remote;
    if (transfer !== undefined) return this.#run(PARK, transfer, slot, by, watch, signal);
    const reason = "this kind of desk phone cannot be told to park its call (pickup.phone.remote)";
    return Promise.resolve({ outcome: { kind: "refused", reason }, definite: true, steps: [] });
  }

  /** A call from the phone to a number. */
  dial(number: string, by: Millis, watch: Watch, signal: AbortSignal): Promise<Landed> {
    return this.#run(REMOTE_DIAL, this.#options.remote.dial, number, by, watch, signal);
  }

  #run<A extends Stage>(
    procedure: Procedure<A>,
    url: string,
    number: string,
    by: Millis,
    watch: Watch,
    signal: AbortSignal,
  ): Promise<Landed> {
    const { clock, phone, remote, askPhone: ask = askPhone } = this.#options;
    const hands: Hands = {
      invite: () => {
        throw new Error("a landing by remote control has no leg");
      },
      uriOf: () => undefined,
      askPhone: (answered) => ask(remote, url, number, answered),
    };
    const start = { whenBusy: phone.whenBusy, replaces: false };
    return new Promise((resolve) => new Run({ procedure, hands, watch, start, by, clock, signal }, resolve).start());
  }
}
