import type { Board, Button, Led } from "../domain/board.ts";
import type { KeyId, LampId } from "../domain/key.ts";
import type { LampState } from "../domain/lamp.ts";
import type { Millis } from "../domain/millis.ts";
import type { Bank } from "../hal/bank.ts";
import type { Clock } from "../hal/clock.ts";
import type { Module, ModuleState } from "../hal/module.ts";
import { Keys } from "./keys.ts";
import { Renderer } from "./renderer.ts";

export interface PanelOptions {
  readonly name: string;
  readonly board: Board;
  /** By the names that the board gives them; all of them. */
  readonly banks: ReadonlyMap<string, Bank>;
  readonly clock: Clock;
}

/** A board of lamps and buttons wired to banks, as one module. It is up while all its banks are. */
export class Panel implements Module {
  readonly name: string;
  readonly lamps: readonly LampId[];
  readonly keys: readonly KeyId[];
  readonly #banks: ReadonlyMap<string, Bank>;
  readonly #renderer: Renderer;
  readonly #contacts: Keys;
  /** By bank: undefined while up; no entry before its first word. */
  readonly #absent = new Map<string, Error | undefined>();
  /** By bank: what cannot be seen or pressed without it. */
  readonly #dependent = new Map<string, Set<KeyId>>();
  #told: string | undefined;
  #contact: (key: KeyId, closed: boolean, at: Millis) => void = () => {};
  #state: (state: ModuleState, why: Error | undefined, gone: ReadonlySet<KeyId>) => void = () => {};

  /** @throws Error when the board names a bank that is not given */
  constructor({ name, board, banks, clock }: PanelOptions) {
    const leds = new Map<LampId, readonly Led[]>();
    const buttons = new Map<KeyId, Button>();
    for (const key of board.keys) {
      if (key.leds.length > 0) leds.set(key.id, key.leds);
      if (key.button !== undefined) buttons.set(key.id, key.button);
    }
    for (const lamp of board.lamps ?? []) leds.set(lamp.id, lamp.leds);
    for (const id of new Set([...leds.keys(), ...buttons.keys()])) {
      const button = buttons.get(id);
      for (const { bank } of [...(leds.get(id) ?? []), ...(button ? [button] : [])]) {
        if (!banks.has(bank)) throw new Error(`board ${board.name} names a bank that it was not given: ${bank}`);
        this.#dependent.set(bank, (this.#dependent.get(bank) ?? new Set()).add(id));
      }
    }
    this.name = name;
    this.lamps = [...leds.keys()];
    this.keys = [...buttons.keys()];
    this.#banks = banks;
    this.#renderer = new Renderer(leds, banks, clock);
    this.#contacts = new Keys(buttons, clock, (key, closed, at) => this.#contact(key, closed, at));
  }

  get held(): ReadonlySet<KeyId> {
    return this.#contacts.held;
  }

  async start(): Promise<void> {
    await Promise.all(Array.from(this.#banks, ([name, bank]) => this.#startBank(name, bank)));
  }

  show(lamp: LampId, state: LampState): void {
    this.#renderer.show(lamp, state);
  }

  onContact(listener: (key: KeyId, closed: boolean, at: Millis) => void): void {
    this.#contact = listener;
  }

  onState(listener: (state: ModuleState, why: Error | undefined, gone: ReadonlySet<KeyId>) => void): void {
    this.#state = listener;
  }

  async halt(): Promise<void> {
    this.#renderer.halt();
    this.#contacts.halt();
    await Promise.all(Array.from(this.#banks.values(), (bank) => bank.halt()));
  }

  async #startBank(name: string, bank: Bank): Promise<void> {
    bank.onEdges((levels, changed, at) => {
      // A bank tells the levels it finds before it tells that it is up.
      const up = this.#absent.has(name) && this.#absent.get(name) === undefined;
      if (up) this.#contacts.edges(name, levels, changed, at);
      else this.#contacts.found(name, levels, changed, at);
    });
    bank.onState((state, why) => {
      if (state === "absent") this.#contacts.lost(name);
      this.#absent.set(name, state === "absent" ? (why ?? new Error("not there")) : undefined);
      this.#tellState();
    });
    try {
      await bank.start();
    } catch (cause) {
      throw new Error(`bank ${name} of ${this.name} cannot start`, { cause });
    }
  }

  #tellState(): void {
    const absent = [...this.#absent].flatMap(([name, why]) => (why === undefined ? [] : [{ name, why }]));
    const [first] = absent;
    // Not before every bank has had its first word.
    if (first === undefined && this.#absent.size < this.#banks.size) return;
    const text = absent.map(({ name, why }) => `bank ${name}: ${why.message}`).join("; ");
    if (text === this.#told) return;
    this.#told = text;
    const gone = new Set(absent.flatMap(({ name }) => [...(this.#dependent.get(name) ?? [])]));
    if (first === undefined) this.#state("up", undefined, gone);
    else this.#state("absent", new Error(text, { cause: first.why }), gone);
  }
}
