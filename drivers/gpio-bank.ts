import type { Millis } from "../firmware/domain/millis.ts";
import { maskOf, type Wiring, widthOf } from "../firmware/domain/wiring.ts";
import type { Bank, BankState } from "../firmware/hal/bank.ts";
import type { Cancel, Clock } from "../firmware/hal/clock.ts";
import type { Log } from "../firmware/hal/log.ts";
import { aheadOfMonotonic, type GpioInterface, type GpioLines } from "./gpio-lines.ts";
import { GpioTrouble } from "./gpio-trouble.ts";

export interface GpioBankOptions {
  readonly name: string;
  /** Names of the chip: alternatives in order. */
  readonly chips: readonly string[];
  readonly wiring: Wiring;
  readonly through: GpioInterface;
  readonly clock: Clock;
  readonly log: Log;
}

/** How soon a chip that came (back), or a line that was freed, is found. */
const RETRY: Millis = 500;

/** Lines of a GPIO chip as a bank: takes them, and while they are not to be had keeps asking for them. */
export class GpioBank implements Bank {
  readonly name: string;
  readonly width: number;
  readonly #options: GpioBankOptions;
  readonly #writable: number;
  #edges: (levels: number, changed: number, at: Millis) => void = () => {};
  #state: (state: BankState, why?: Error) => void = () => {};
  /** What was asked for, whether the lines are there or not. */
  #outputs = 0;
  /** As told. */
  #levels = 0;
  #lines: GpioLines | undefined;
  #taking: Promise<Error | undefined> | undefined;
  #retry: Cancel | undefined;
  #toldWhy: string | undefined;
  #toldWhere = "";
  #started = false;
  #halted = false;

  constructor(options: GpioBankOptions) {
    this.name = options.name;
    this.width = widthOf(options.wiring);
    this.#options = options;
    this.#writable = maskOf(options.wiring.outputs);
  }

  async start(): Promise<void> {
    if (this.#started || this.#halted) return;
    this.#started = true;
    const trouble = await this.#take();
    if (trouble instanceof GpioTrouble && trouble.kind === "board") throw trouble;
    if (trouble !== undefined) this.#absent(trouble);
  }

  write(mask: number, value: number): void {
    if (this.#halted) return;
    const changed = mask & this.#writable;
    this.#outputs = ((this.#outputs & ~changed) | (value & changed)) >>> 0;
    try {
      this.#lines?.write(changed, this.#outputs);
    } catch (cause) {
      const why = new Error(`cannot write to ${this.#lines?.where}`, { cause });
      queueMicrotask(() => this.#lose(why));
    }
  }

  onEdges(listener: (levels: number, changed: number, at: Millis) => void): void {
    this.#edges = listener;
  }

  onState(listener: (state: BankState, why?: Error) => void): void {
    this.#state = listener;
  }

  async halt(): Promise<void> {
    this.#halted = true;
    this.#outputs = 0;
    this.#retry?.();
    this.#retry = undefined;
    await this.#taking;
    try {
      this.#lines?.write(this.#writable, 0);
    } catch {
      // Gone: then nothing is lit either.
    }
    this.#release();
  }

  /** Resolves with why the lines cannot be had. */
  #take(): Promise<Error | undefined> {
    this.#taking = this.#hold()
      .catch((why: unknown) => {
        this.#release();
        return why instanceof Error ? why : new Error(String(why));
      })
      .finally(() => {
        this.#taking = undefined;
      });
    return this.#taking;
  }

  async #hold(): Promise<undefined> {
    const { chips, wiring, through, clock, log } = this.#options;
    const outputs = this.#outputs;
    const ahead = aheadOfMonotonic(clock);
    const lines = await through.take({
      chips,
      wiring,
      outputs,
      listener: {
        edges: (levels, at) => this.#tell(levels, at + ahead),
        missed: (count) => log.warn({ bank: this.name, count }, "edges were lost: all inputs are read again"),
        lost: (why) => this.#lose(why),
      },
    });
    this.#lines = lines;
    if (this.#halted) return;
    if (this.#outputs !== outputs) lines.write(this.#writable, this.#outputs);
    this.#tell(lines.levels(), clock.now());
    this.#report(lines);
    this.#toldWhy = undefined;
    this.#state("up");
  }

  /** Once for each way to the lines, however often the chip comes and goes. */
  #report({ where, shortcomings }: GpioLines): void {
    if (where === this.#toldWhere) return;
    this.#toldWhere = where;
    const { log } = this.#options;
    log.info({ bank: this.name, where }, "GPIO lines are held");
    for (const shortcoming of shortcomings)
      log.warn({ bank: this.name, why: shortcoming }, "not all that the board asks for");
  }

  #lose(why: Error): void {
    if (this.#lines === undefined || this.#halted) return;
    this.#release();
    this.#absent(why);
  }

  /** The recovery of this bank: ask again until the lines are held. */
  #absent(why: Error): void {
    if (this.#halted) return;
    const { clock } = this.#options;
    this.#retry = clock.at(clock.now() + RETRY, () => {
      this.#retry = undefined;
      void this.#take().then((trouble) => {
        if (trouble !== undefined) this.#absent(trouble);
      });
    });
    if (this.#toldWhy === why.message) return;
    this.#toldWhy = why.message;
    this.#state("absent", why);
  }

  #release(): void {
    this.#lines?.release();
    this.#lines = undefined;
  }

  #tell(levels: number, at: Millis): void {
    const changed = (levels ^ this.#levels) >>> 0;
    if (changed === 0) return;
    this.#levels = levels;
    this.#edges(levels, changed, at);
  }
}
