import type { Board, OutputRef } from "../domain/board.ts";
import type { Millis } from "../domain/millis.ts";
import { alerting, heardAt, SILENCE, type Sound, type ToneName, telling } from "../domain/sound.ts";
import type { Bank } from "../hal/bank.ts";
import type { Cancel, Clock } from "../hal/clock.ts";

/** A buzzer on one bit of a bank, which is lit while it sounds. It is started, replayed and halted with its bank. */
export class Buzzer {
  readonly #bank: Bank;
  readonly #mask: number;
  readonly #clock: Clock;
  #sound: Sound = SILENCE;
  #on = false;
  #timer: Cancel | undefined;
  #halted = false;

  constructor({ bit }: Pick<OutputRef, "bit">, bank: Bank, clock: Clock) {
    this.#bank = bank;
    this.#mask = (1 << bit) >>> 0;
    this.#clock = clock;
  }

  /** Somebody is wanted, or not any more. The bit has changed when this returns. */
  alert(on: boolean): void {
    this.#become(alerting(this.#sound, on, this.#clock.now()));
  }

  tone(name: ToneName): void {
    this.#become(telling(this.#sound, name, this.#clock.now()));
  }

  /** Silent, for good. */
  halt(): void {
    this.#become(SILENCE);
    this.#halted = true;
  }

  #become(sound: Sound): void {
    if (this.#halted) return;
    this.#sound = sound;
    this.#timer?.();
    this.#update();
  }

  #update(): void {
    this.#timer = undefined;
    const { on, next } = heardAt(this.#sound, this.#clock.now());
    if (on !== this.#on) this.#bank.write(this.#mask, on ? this.#mask : 0);
    this.#on = on;
    if (next < Number.POSITIVE_INFINITY) this.#timer = this.#at(next);
  }

  #at(next: Millis): Cancel {
    return this.#clock.at(next, () => this.#update());
  }
}

/** The buzzer of a board, where it has one. */
export function buzzerOf({ buzzer }: Board, banks: ReadonlyMap<string, Bank>, clock: Clock): { buzzer?: Buzzer } {
  const bank = buzzer && banks.get(buzzer.bank);
  return buzzer && bank ? { buzzer: new Buzzer(buzzer, bank, clock) } : {};
}
