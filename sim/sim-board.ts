import type { Board } from "../firmware/domain/board.ts";
import type { KeyId, LampId } from "../firmware/domain/key.ts";
import type { Colour } from "../firmware/domain/lamp.ts";
import type { Bank } from "../firmware/hal/bank.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import type { Module } from "../firmware/hal/module.ts";
import { Assembly } from "../firmware/panel/assembly.ts";
import { type Buzzer, buzzerOf } from "../firmware/panel/buzzer.ts";
import { Panel } from "../firmware/panel/panel.ts";
import { type SimBankBack, simBank } from "./bank.ts";
import { type SimModuleBack, simModule } from "./module.ts";

/** Bits of a chip, whose width no board file says. */
const CHIP_WIDTH = 32;

/**
 * Any board without its hardware: GPIO chips become simulated banks, a sidecar a simulated module that runs its patterns by
 * itself, as it would. And its back face: fingers, eyes, ears, and plugs.
 */
export class SimBoard {
  /** For the daemon. */
  readonly parts: { readonly module: Module; readonly buzzer?: Buzzer };
  readonly #board: Board;
  readonly #banks = new Map<string, SimBankBack>();
  readonly #sidecars = new Map<string, SimModuleBack>();
  readonly #listeners = new Set<() => void>();

  constructor(board: Board, clock: Clock) {
    this.#board = board;
    const changed = () => {
      for (const listener of [...this.#listeners]) listener();
    };
    const modules: Module[] = [];
    const banks = new Map<string, Bank>();
    for (const spec of board.banks) {
      const { name } = spec;
      if (spec.driver === "sidecar") {
        const keys = board.keys.flatMap(({ id, sidecar }) => (sidecar?.bank === name ? [id] : []));
        const { module, back } = simModule({ name: `sidecar ${name}`, lamps: keys, keys, clock });
        modules.push(module);
        this.#sidecars.set(name, back);
        back.onLight(changed);
      } else {
        const width = spec.driver === "sim" ? spec.width : CHIP_WIDTH;
        const { bank, back } = simBank({ name, width, clock });
        banks.set(name, bank);
        this.#banks.set(name, back);
        back.onLight(changed);
      }
    }
    if (banks.size > 0) modules.unshift(new Panel({ name: board.name, board, banks, clock }));
    const [only] = modules;
    const module = modules.length === 1 && only ? only : new Assembly(board.name, modules);
    this.parts = { module, ...buzzerOf(board, banks, clock) };
  }

  /** A key without a button does nothing. @throws RangeError where the board has no such key */
  close(key: KeyId): void {
    this.#move(key, "close");
  }

  /** As close(). */
  open(key: KeyId): void {
    this.#move(key, "open");
  }

  /**
   * The LEDs that are lit at this moment, of a key or of one of the board's other lamps.
   *
   * @throws RangeError where the board has no such lamp
   */
  lit(lamp: LampId): readonly Colour[] {
    const key = this.#board.keys.find(({ id }) => id === lamp);
    if (key?.sidecar) {
      const colour = this.#sidecars.get(key.sidecar.bank)?.colour(lamp);
      return colour === undefined ? [] : [colour];
    }
    const leds = (key ?? this.#board.lamps?.find(({ id }) => id === lamp))?.leds;
    if (leds === undefined) throw new RangeError(`there is no lamp ${lamp}; the lamps are ${this.#lamps.join(", ")}`);
    return leds.filter(({ bank, bit }) => this.#banks.get(bank)?.lit(bit)).map(({ colour }) => colour);
  }

  /** False also where the board has no buzzer. */
  get buzzing(): boolean {
    const { buzzer } = this.#board;
    return buzzer !== undefined && (this.#banks.get(buzzer.bank)?.lit(buzzer.bit) ?? false);
  }

  /** Told after light, or the buzzer, has changed anywhere on the board. */
  onLight(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws RangeError where the board has no such bank */
  unplug(bank: string): void {
    this.#plugOf(bank).unplug();
  }

  /** As unplug(). */
  replug(bank: string): void {
    this.#plugOf(bank).plug();
  }

  #move(id: KeyId, how: "close" | "open"): void {
    const { keys } = this.#board;
    const key = keys.find((key) => key.id === id);
    if (!key) throw new RangeError(`there is no key ${id}; the keys are ${keys.map((key) => key.id).join(", ")}`);
    const { button, sidecar } = key;
    if (button) this.#banks.get(button.bank)?.[how](button.bit);
    else if (sidecar) this.#sidecars.get(sidecar.bank)?.[how](id);
  }

  #plugOf(bank: string): SimBankBack | SimModuleBack {
    const back = this.#banks.get(bank) ?? this.#sidecars.get(bank);
    if (back) return back;
    const known = this.#board.banks.map(({ name }) => name).join(", ");
    throw new RangeError(`there is no bank ${bank}; the banks are ${known}`);
  }

  get #lamps(): readonly LampId[] {
    return [...this.#board.keys, ...(this.#board.lamps ?? [])].map(({ id }) => id);
  }
}
