import type { KeyId, LampId } from "../domain/key.ts";
import type { LampState } from "../domain/lamp.ts";
import type { Millis } from "../domain/millis.ts";
import type { Module, ModuleState } from "../hal/module.ts";

interface Absence {
  readonly why: Error;
  readonly gone: ReadonlySet<KeyId>;
}

/** Several modules that make up one panel, each with keys of its own. What one of them lacks, the others go on without. */
export class Assembly implements Module {
  readonly name: string;
  readonly lamps: readonly LampId[];
  readonly keys: readonly KeyId[];
  readonly #modules: readonly Module[];
  readonly #moduleOf: ReadonlyMap<LampId, Module>;
  /** By module: undefined while up; no entry before its first word. */
  readonly #absences = new Map<Module, Absence | undefined>();
  #state: (state: ModuleState, why: Error | undefined, gone: ReadonlySet<KeyId>) => void = () => {};

  /** @param modules no two with a lamp or a key of the same name */
  constructor(name: string, modules: readonly Module[]) {
    this.name = name;
    this.lamps = modules.flatMap((module) => module.lamps);
    this.keys = modules.flatMap((module) => module.keys);
    this.#modules = modules;
    this.#moduleOf = new Map(modules.flatMap((module) => module.lamps.map((lamp) => [lamp, module] as const)));
  }

  get held(): ReadonlySet<KeyId> {
    return new Set(this.#modules.flatMap((module) => [...module.held]));
  }

  async start(): Promise<void> {
    for (const module of this.#modules) {
      module.onState((_state, why, gone) => {
        this.#absences.set(module, why && { why, gone });
        this.#tell();
      });
    }
    await Promise.all(this.#modules.map((module) => module.start()));
  }

  show(lamp: LampId, state: LampState): void {
    this.#moduleOf.get(lamp)?.show(lamp, state);
  }

  onContact(listener: (key: KeyId, closed: boolean, at: Millis) => void): void {
    for (const module of this.#modules) module.onContact(listener);
  }

  onState(listener: (state: ModuleState, why: Error | undefined, gone: ReadonlySet<KeyId>) => void): void {
    this.#state = listener;
  }

  async halt(): Promise<void> {
    // One that cannot be halted must not keep the others lit.
    const halted = await Promise.allSettled(this.#modules.map((module) => module.halt()));
    for (const outcome of halted) if (outcome.status === "rejected") throw outcome.reason;
  }

  #tell(): void {
    const absences = Array.from(this.#absences, ([{ name }, absence]) => absence && { name, ...absence });
    const absent = absences.filter((absence) => absence !== undefined);
    const [first] = absent;
    if (first === undefined) {
      if (absences.length === this.#modules.length) this.#state("up", undefined, new Set());
      return;
    }
    const text = absent.map(({ name, why }) => `${name}: ${why.message}`).join("; ");
    this.#state("absent", new Error(text, { cause: first.why }), new Set(absent.flatMap(({ gone }) => [...gone])));
  }
}
