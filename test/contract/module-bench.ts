import type { CadenceName } from "../../firmware/domain/cadence.ts";
import type { KeyId, LampId } from "../../firmware/domain/key.ts";
import type { Colour } from "../../firmware/domain/lamp.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Module } from "../../firmware/hal/module.ts";

/** The other side of a module, which no code but a test's can see. */
export interface ModuleBack {
  lit(lamp: LampId): boolean;
  close(key: KeyId): void;
  open(key: KeyId): void;
  unplug(): void;
  plug(): void;
}

export interface ModuleUnderTest {
  /** Plugged, not started, with at least three lamps and two keys that are debounced for 5 to 50 ms. */
  readonly module: Module;
  readonly back: ModuleBack;
  readonly clock: Clock;
  /** Lets time pass, and everything that is due. */
  elapse(by: Millis): Promise<void>;
  /** Ends what it took to make it, after its halt. */
  release?(): Promise<void>;
}

/** A module's plug has been pulled for so long at most before it says so: some ports tell nothing, and silence has to. */
export const NOTICED: Millis = 2000;
/** So long after its plug was put back, however short it was out, all is as it should be. */
export const BACK: Millis = 2000;

export type MakeModule = () => ModuleUnderTest | Promise<ModuleUnderTest>;

/** One module on a bench, with everything written down that it tells. */
export class ModuleBench {
  readonly module: Module;
  readonly back: ModuleBack;
  readonly clock: Clock;
  readonly elapse: (by: Millis) => Promise<void>;
  /** Two of its lamps, and two of its keys. */
  readonly one: LampId;
  readonly two: LampId;
  readonly key: KeyId;
  readonly other: KeyId;
  readonly contacts: [KeyId, boolean, Millis][] = [];
  readonly story: string[] = [];
  /** As last told. */
  gone: ReadonlySet<KeyId> = new Set();
  readonly #release: () => Promise<void>;

  constructor({ module, back, clock, elapse, release }: ModuleUnderTest) {
    this.#release = release ?? (async () => {});
    this.module = module;
    this.back = back;
    this.clock = clock;
    this.elapse = elapse;
    [this.one = "", this.two = ""] = module.lamps;
    [this.key = "", this.other = ""] = module.keys;
    module.onContact((...contact) => this.contacts.push(contact));
    module.onState((state, why, gone) => {
      this.gone = gone;
      const told = why === undefined ? state : `${state}, ${typeof why.message}`;
      // Absent may be told again, for another reason.
      if (state === "up" || told !== this.story.at(-1)) this.story.push(told);
    });
  }

  async show(lamp: LampId, cadence: CadenceName, colour: Colour = "red"): Promise<void> {
    this.module.show(lamp, { colour, cadence });
    await this.elapse(0);
  }

  /** Everything that a module must let go of, for tests that make many. */
  async end(): Promise<void> {
    await this.module.halt();
    await this.#release();
  }

  lit(): LampId[] {
    return this.module.lamps.filter((lamp) => this.back.lit(lamp));
  }
}
