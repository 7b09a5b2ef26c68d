import type { KeyId } from "../domain/key.ts";
import type { Millis } from "../domain/millis.ts";
import { foundHeld, type Hold, type HoldMemory, heldBy, heldOn, LOOSE, STUCK_AFTER } from "../domain/stuck-key.ts";
import type { Cancel, Clock } from "../hal/clock.ts";

export interface KeyGuardOptions {
  readonly clock: Clock;
  /** Told of contacts that a person may have moved. */
  readonly onContact: (key: KeyId, closed: boolean, at: Millis) => void;
  /** `why` is a sentence; undefined where the key is free again. */
  readonly onStuck: (key: KeyId, why: string | undefined) => void;
}

/** Stands between a module and what presses mean: a key that is stuck does nothing until it is released. */
export class KeyGuard {
  readonly #options: KeyGuardOptions;
  readonly #holds = new Map<KeyId, { readonly memory: HoldMemory; readonly cancel?: Cancel }>();

  constructor(options: KeyGuardOptions) {
    this.#options = options;
  }

  contact(key: KeyId, closed: boolean, at: Millis): void {
    const hold = heldBy(this.#memory(key), { closed, at });
    this.#keep(key, hold);
    if (hold.passes) this.#options.onContact(key, closed, at);
  }

  /** The keys whose contacts are closed as a module comes, or at any other time. */
  found(held: ReadonlySet<KeyId>): void {
    for (const key of held) this.#keep(key, foundHeld(this.#memory(key), this.#options.clock.now()));
  }

  halt(): void {
    for (const { cancel } of this.#holds.values()) cancel?.();
    this.#holds.clear();
  }

  #memory(key: KeyId): HoldMemory {
    return this.#holds.get(key)?.memory ?? LOOSE;
  }

  #keep(key: KeyId, { memory, news, recheckAt }: Hold): void {
    const { clock, onStuck } = this.#options;
    this.#holds.get(key)?.cancel?.();
    const cancel =
      recheckAt === undefined
        ? undefined
        : clock.at(recheckAt, () => this.#keep(key, heldOn(this.#memory(key), clock.now())));
    this.#holds.set(key, cancel ? { memory, cancel } : { memory });
    if (news === "free") onStuck(key, undefined);
    if (news === "stuck") onStuck(key, `pressed for ${STUCK_AFTER / 1000} s: it does nothing until it is released`);
  }
}
