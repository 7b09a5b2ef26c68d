import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../../firmware/hal/clock.ts";
import { Decoder } from "./decoder.ts";
import { type Message, toModule } from "./message.ts";
import { type OpenPort, type Port, PortImpossible } from "./port.ts";

/** So long after a port was lost, or could not be opened, it is tried again. */
const REOPEN: Millis = 500;
const OPENING: Millis = 2000;
const FAREWELL: Millis = 200;
/**
 * A port that fell silent for so long is closed and opened anew: some drivers never tell that a plug was pulled, and what is
 * plugged in then is another device. One that has brought nothing good yet gets longer: its module may be starting.
 */
const STALE: Millis = 1300;
const NEVER_GOOD: Millis = 5000;
/** A module begins to answer within half of this (SIDECAR.md); the rest is for adapters that gather bytes. */
const PATIENCE: Millis = 100;
const BITS_PER_BYTE = 10;
const LONGEST_ANSWER = 320;
/** Less is what plugs and line drivers make when they are touched. */
const JUNK = 8;

export interface BusOptions {
  readonly path: string;
  readonly baud: number;
  readonly open: OpenPort;
  readonly clock: Clock;
}

/** One message to a module, and what becomes of it. */
export interface Turn {
  readonly body: string;
  isAnswer(message: Message): boolean;
  answered(message: Message): void;
  /** @param why what is wrong, as far as the line tells */
  silent(why: string): void;
}

/** A module as its bus knows it. */
export interface Member {
  readonly id: number;
  /** When it has something to say; Infinity for never. */
  due(now: Millis): Millis;
  turn(now: Millis): Turn | undefined;
  /** A message that answers nothing. */
  overheard(message: Message): void;
  opened(): void;
  lost(why: Error): void;
}

/**
 * One serial port and the modules on it, one of which is asked at a time. The owner of the port's recovery: it opens, waits
 * for a port that is not there yet, and opens anew. Sessions are the modules' own.
 */
export class Bus {
  readonly path: string;
  readonly #baud: number;
  readonly #open: OpenPort;
  readonly #clock: Clock;
  readonly #members: Member[] = [];
  readonly #decoder = new Decoder();
  #port: Port | undefined;
  #opening: Promise<Error | undefined> | undefined;
  #closing: Promise<void> | undefined;
  #lostWhy: Error | undefined;
  #turn: { readonly member: Member; readonly turn: Turn; readonly until: Millis } | undefined;
  #staleAt: Millis = Number.POSITIVE_INFINITY;
  #alarm: { readonly at: Millis; readonly cancel: Cancel } | undefined;
  #retry: Cancel | undefined;

  constructor({ path, baud, open, clock }: BusOptions) {
    this.path = path;
    this.#baud = baud;
    this.#open = open;
    this.#clock = clock;
  }

  /** Resolves after the first try to open. Rejects with what no retry can mend. */
  async join(member: Member): Promise<void> {
    this.#members.push(member);
    if (this.#port !== undefined) {
      member.opened();
      this.wake();
    } else if (this.#lostWhy !== undefined) {
      member.lost(this.#lostWhy);
    }
    if (this.#members.length === 1) this.#opening = this.#connect();
    const why = await this.#opening;
    if (why instanceof PortImpossible) throw why;
  }

  /** The last one closes the port, after `farewell` has left. */
  async leave(member: Member, farewell?: string): Promise<void> {
    const at = this.#members.indexOf(member);
    if (at < 0) return;
    this.#members.splice(at, 1);
    if (this.#turn?.member === member) this.#turn = undefined;
    // Not worth a turn: what it may collide with is repeated.
    if (farewell !== undefined) this.#write(member.id, farewell);
    if (this.#members.length > 0) return;
    this.#retry?.();
    this.#alarm?.cancel();
    const port = this.#port;
    this.#port = undefined;
    if (port === undefined) return;
    await this.#within(FAREWELL, port.flushed());
    await port.close();
  }

  /** Something may be due. */
  wake(): void {
    if (this.#port === undefined || this.#turn !== undefined) return;
    const now = this.#clock.now();
    let first: Member | undefined;
    let due = Number.POSITIVE_INFINITY;
    for (const member of this.#members) {
      const at = member.due(now);
      if (at < due) [first, due] = [member, at];
    }
    if (first === undefined || due > now) this.#wait(Math.min(due, this.#staleAt));
    else this.#ask(first, now);
  }

  /** What is wrong with a module that does not answer, as far as the line tells. */
  #complaint(id: number): string {
    const { junk, words } = this.#decoder;
    if (junk < JUNK) {
      return id === 0
        ? `nothing answers on ${this.path}; look at the module's power, its plug, its id (0) and its baud rate (${this.#baud})`
        : `module ${id} does not answer on ${this.path}; look at its power, the wires of the bus, its id and its baud rate (${this.#baud})`;
    }
    return words === undefined
      ? `${this.path} brings bytes without sense; most likely the module has another baud rate than the board file (${this.#baud})`
      : `what is on ${this.path} is not a sidecar: it says ${JSON.stringify(words)}; name another port`;
  }

  /** What went wrong, if so. */
  async #connect(): Promise<Error | undefined> {
    let port: Port;
    try {
      port = await this.#opened();
    } catch (error) {
      const why = error instanceof Error ? error : new Error(String(error));
      this.#lose(undefined, why);
      return why;
    }
    if (this.#members.length === 0) {
      await port.close();
      return undefined;
    }
    this.#port = port;
    this.#lostWhy = undefined;
    this.#staleAt = this.#clock.now() + NEVER_GOOD;
    this.#decoder.restart();
    port.onBytes((bytes) => {
      if (port === this.#port) this.#take(bytes);
    });
    port.onLost((why) => this.#lose(port, why));
    for (const member of this.#members) member.opened();
    this.wake();
    return undefined;
  }

  #within(bound: Millis, work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.at(this.#clock.now() + bound, resolve);
      void work.finally(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Within OPENING, or not at all. */
  #opened(): Promise<Port> {
    return new Promise((resolve, reject) => {
      let late = false;
      const cancel = this.#clock.at(this.#clock.now() + OPENING, () => {
        late = true;
        reject(new Error(`${this.path} does not open within ${OPENING / 1000} s`));
      });
      Promise.resolve(this.#closing)
        .then(() => this.#open(this.path, this.#baud))
        .then((port) => (late ? void port.close() : resolve(port)), reject)
        .finally(cancel);
    });
  }

  /** @param again when to try again, from now */
  #lose(port: Port | undefined, why: Error, again: Millis = REOPEN): void {
    if (port !== this.#port || this.#members.length === 0) return;
    this.#port = undefined;
    this.#turn = undefined;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    this.#lostWhy = why;
    // Nobody else gets a port that is still held.
    this.#closing = port?.close();
    this.#retry = this.#clock.at(this.#clock.now() + again, () => void this.#connect());
    for (const member of [...this.#members]) member.lost(why);
  }

  #take(bytes: Uint8Array): void {
    for (const message of this.#decoder.take(bytes)) {
      this.#staleAt = this.#clock.now() + STALE;
      const asked = this.#turn;
      if (asked?.member.id === message.id && asked.turn.isAnswer(message)) {
        this.#turn = undefined;
        asked.turn.answered(message);
      } else {
        this.#members.find(({ id }) => id === message.id)?.overheard(message);
      }
    }
    this.wake();
  }

  #ask(member: Member, now: Millis): void {
    const turn = member.turn(now);
    if (turn === undefined) return;
    const bytes = this.#write(member.id, turn.body) + LONGEST_ANSWER;
    const until = now + PATIENCE + (bytes * BITS_PER_BYTE * 1000) / this.#baud;
    this.#turn = { member, turn, until };
    this.#wait(until);
  }

  #write(id: number, body: string): number {
    const message = toModule(id, body);
    this.#port?.write(Buffer.from(message, "latin1"));
    return message.length;
  }

  #wait(until: Millis): void {
    if (this.#alarm?.at === until) return;
    this.#alarm?.cancel();
    this.#alarm = { at: until, cancel: this.#clock.at(until, () => this.#alarmed()) };
  }

  #alarmed(): void {
    this.#alarm = undefined;
    const now = this.#clock.now();
    const asked = this.#turn;
    if (asked !== undefined && now >= asked.until) {
      this.#turn = undefined;
      asked.turn.silent(this.#complaint(asked.member.id));
    }
    if (this.#port !== undefined && now >= this.#staleAt) {
      this.#lose(this.#port, new Error(this.#complaint(this.#members[0]?.id ?? 0)), 0);
    } else {
      this.wake();
    }
  }
}
