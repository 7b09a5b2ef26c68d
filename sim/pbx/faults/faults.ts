import type { Clock } from "../../../firmware/hal/clock.ts";
import type { Message, Request } from "../../sip/message.ts";
import { briefInterval, forbidTransfers, ignoreRefer, refuseRefresh, slowAnswers, wrongVia } from "./answers.ts";
import type { Act, Fault, Patient } from "./fault.ts";
import { amnesia, crash, endSubscriptions, restartStorm, silentDeath } from "./lives.ts";
import {
  corruptNotify,
  countAnew,
  delayNotify,
  duplicateNotify,
  loseNotify,
  oversizeNotify,
  reorderNotify,
  stuckRing,
} from "./notify.ts";

/** All that can be wrong with the simulated PBX, by the names that people and scenarios use. */
export const FAULTS = {
  "lose-notify": loseNotify,
  "delay-notify": delayNotify,
  "duplicate-notify": duplicateNotify,
  "reorder-notify": reorderNotify,
  "corrupt-notify": corruptNotify,
  "oversize-notify": oversizeNotify,
  "stuck-ring": stuckRing,
  "count-anew": countAnew,
  "slow-answers": slowAnswers,
  "brief-interval": briefInterval,
  "refuse-refresh": refuseRefresh,
  "end-subscriptions": endSubscriptions,
  "wrong-via": wrongVia,
  "silent-death": silentDeath,
  crash,
  amnesia,
  "restart-storm": restartStorm,
  "ignore-refer": ignoreRefer,
  "forbid-transfers": forbidTransfers,
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** Whether there is a fault of that name; for names that people write. */
export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

/** Which faults are switched on, and how much. They outlive every restart. */
export class Faults {
  readonly #pbx: Patient;
  readonly #on = new Map<FaultName, { readonly act: Act; readonly level: number }>();
  #clock: Clock | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(pbx: Patient) {
    this.#pbx = pbx;
  }

  /** Those that are on, each with its level; 1 where it has none. */
  get levels(): ReadonlyMap<FaultName, number> {
    return new Map([...this.#on].map(([name, { level }]) => [name, level]));
  }

  /** Resolves when it has come, or gone, one after the other. Another level is another beginning. */
  set(name: FaultName, on: boolean | number): Promise<void> {
    const turn = this.#last.then(() => this.#set(name, on));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** The PBX has started; `clock` ends with it. */
  started(clock: Clock): void {
    this.#clock = clock;
    for (const { act } of this.#on.values()) act.live?.(clock);
  }

  /** The PBX is dead. */
  ended(): void {
    this.#clock = undefined;
  }

  /** One message that is to leave, through all that is wrong. */
  outgoing(message: Message, pass: (message: Message) => void, clock: Clock): void {
    const through = [...this.#on.values()].flatMap(({ act }) => act.outgoing ?? []);
    const go = (one: Message, next: number): void => {
      const outgoing = through[next];
      if (outgoing) outgoing(one, (changed) => go(changed, next + 1), clock);
      else pass(one);
    };
    go(message, 0);
  }

  /** Status that a request is refused with. */
  refuse(request: Request): number | undefined {
    for (const { act } of this.#on.values()) {
      const status = act.refuse?.(request);
      if (status !== undefined) return status;
    }
    return undefined;
  }

  async #set(name: FaultName, on: boolean | number): Promise<void> {
    const before = this.#on.get(name);
    this.#on.delete(name);
    await before?.act.end?.();
    if (on === false) return;
    const { act: make, level }: Fault = FAULTS[name];
    const set = typeof on === "number" ? on : (level?.usual ?? 1);
    const act = make(this.#pbx, set);
    this.#on.set(name, { act, level: set });
    await act.begin?.();
    if (this.#clock) act.live?.(this.#clock);
  }
}
