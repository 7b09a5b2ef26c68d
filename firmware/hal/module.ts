import type { KeyId, LampId } from "../domain/key.ts";
import type { LampState } from "../domain/lamp.ts";
import type { Millis } from "../domain/millis.ts";

export type ModuleState = "up" | "absent";

/**
 * What can show a LampState on a lamp and tell contacts: a sidecar does so itself, a renderer does it over Banks.
 * Listeners are set before start() and are one each. No listener is called inside show().
 */
export interface Module {
  readonly name: string;
  readonly lamps: readonly LampId[];
  readonly keys: readonly KeyId[];
  /** The keys whose contacts are closed, as last heard; those too that were found so. */
  readonly held: ReadonlySet<KeyId>;
  /** Resolves when the module is supervised, not when it is there. */
  start(): Promise<void>;
  /** Latest wins; kept while absent and replayed on return. Unknown lamps are ignored. Never throws. */
  show(lamp: LampId, state: LampState): void;
  /**
   * The settled contact of a key: each change once, debounced. `at`: when the contact moved. A key that is found closed at
   * the start or on return is told when it opens, not before.
   */
  onContact(listener: (key: KeyId, closed: boolean, at: Millis) => void): void;
  /**
   * "absent" while any of its lamps or keys is out of reach; `gone` are those, and none while "up". Told again when the reason
   * or they are others.
   */
  onState(listener: (state: ModuleState, why: Error | undefined, gone: ReadonlySet<KeyId>) => void): void;
  /** Every lamp dark (or "no host" on a module), lines released. Idempotent. */
  halt(): Promise<void>;
}
