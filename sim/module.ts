import type { KeyId, LampId } from "../firmware/domain/key.ts";
import type { LampState } from "../firmware/domain/lamp.ts";
import type { Millis } from "../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../firmware/hal/clock.ts";
import type { Module, ModuleState } from "../firmware/hal/module.ts";
import { SimModuleBack, type SimModuleOptions } from "./module-back.ts";

export type { SimModuleBack, SimModuleOptions } from "./module-back.ts";

/** After a change a contact is not looked at for so long. */
const QUIET: Millis = 20;

/** A module that runs its own patterns, as a sidecar does, and its back face. */
export function simModule(options: SimModuleOptions): { readonly module: Module; readonly back: SimModuleBack } {
  const back = new SimModuleBack(options);
  return { module: new SimModule(options, back), back };
}

class SimModule implements Module {
  readonly name: string;
  readonly lamps: readonly LampId[];
  readonly keys: readonly KeyId[];
  readonly #clock: Clock;
  readonly #back: SimModuleBack;
  readonly #wanted = new Map<LampId, LampState>();
  readonly #held = new Set<KeyId>();
  readonly #quiet = new Map<KeyId, Cancel>();
  #contact: (key: KeyId, closed: boolean, at: Millis) => void = () => {};
  #state: (state: ModuleState, why: Error | undefined, gone: ReadonlySet<KeyId>) => void = () => {};
  #running = false;
  #halted = false;

  constructor(options: SimModuleOptions, back: SimModuleBack) {
    this.name = options.name;
    this.lamps = options.lamps;
    this.keys = options.keys;
    this.#clock = options.clock;
    this.#back = back;
  }

  get held(): ReadonlySet<KeyId> {
    return this.#held;
  }

  async start(): Promise<void> {
    if (this.#running || this.#halted) return;
    this.#running = true;
    this.#back.attach({
      contact: (key, closed, at) => this.#moved(key, closed, at),
      lost: (why) => this.#state("absent", why, new Set([...this.lamps, ...this.keys])),
      found: () => {
        for (const [lamp, state] of this.#wanted) this.#back.set(lamp, state);
        for (const key of this.keys) this.#found(key);
        this.#state("up", undefined, new Set());
      },
    });
  }

  show(lamp: LampId, state: LampState): void {
    if (this.#halted) return;
    this.#wanted.set(lamp, state);
    if (this.#running) this.#back.set(lamp, state);
  }

  onContact(listener: (key: KeyId, closed: boolean, at: Millis) => void): void {
    this.#contact = listener;
  }

  onState(listener: (state: ModuleState, why: Error | undefined, gone: ReadonlySet<KeyId>) => void): void {
    this.#state = listener;
  }

  async halt(): Promise<void> {
    this.#halted = true;
    for (const cancel of this.#quiet.values()) cancel();
    if (this.#running) this.#back.detach();
    this.#running = false;
  }

  #moved(key: KeyId, closed: boolean, at: Millis): void {
    if (!this.keys.includes(key) || this.#quiet.has(key) || closed === this.#held.has(key)) return;
    this.#hold(key, closed);
    const look = (): void => {
      this.#quiet.delete(key);
      this.#moved(key, this.#back.closed(key), this.#clock.now());
    };
    this.#quiet.set(key, this.#clock.at(at + QUIET, look));
    this.#contact(key, closed, at);
  }

  /** What is found closed was not pressed now; what was closed and is found open was released meanwhile. */
  #found(key: KeyId): void {
    const closed = this.#back.closed(key);
    const released = this.#held.has(key) && !closed;
    this.#hold(key, closed);
    if (released) this.#contact(key, false, this.#clock.now());
  }

  #hold(key: KeyId, closed: boolean): void {
    if (closed) this.#held.add(key);
    else this.#held.delete(key);
  }
}
