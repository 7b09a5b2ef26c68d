import { crc16 } from "../../../drivers/sidecar/crc16.ts";
import type { OpenPort, Port } from "../../../drivers/sidecar/port.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../../../firmware/hal/clock.ts";

/** A serial line without a serial port: bytes take no time, but arrive in a later turn, in pieces, or not. */
export class MemoryLine {
  readonly #clock: Clock;
  readonly #ends: ((bytes: Uint8Array) => void)[] = [];
  #port: MemoryPort | undefined;
  #absent: Error | undefined;
  /** Told of what the host sends. */
  onSent: (bytes: Uint8Array) => void = () => {};
  /** Told of what a module says. */
  onSaid: (bytes: Uint8Array) => void = () => {};
  /** What of these bytes, of either direction, comes through. */
  limit: ((bytes: Uint8Array) => Uint8Array) | undefined;
  /** The body of what a module of id 0 says to a message, which is not on the line. */
  answer: ((message: string) => string) | undefined;
  /** How long bytes are under way. */
  delay: Millis = 0;
  /** Why the port does not open, whatever is plugged in. */
  refusal: Error | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Puts a module on the line. All hear what the host says. */
  attach(receive: (bytes: Uint8Array) => void): void {
    this.#ends.push(receive);
  }

  /** What a module says. Without a listener it is lost. */
  send(bytes: Uint8Array): void {
    const port = this.#port;
    if (port === undefined) return;
    this.onSaid(bytes);
    const passed = this.limit?.(bytes) ?? bytes;
    this.#later(() => port.receive(passed));
  }

  readonly open: OpenPort = async () => {
    const why = this.refusal ?? this.#absent;
    if (why) throw why;
    if (this.#port) throw new Error("in use by another program");
    this.#port = new MemoryPort(
      (bytes) => {
        this.onSent(bytes);
        const passed = this.limit?.(bytes) ?? bytes;
        this.#later(() => {
          if (this.#absent === undefined) for (const receive of this.#ends) receive(passed);
        });
        const body = this.answer?.(Buffer.from(bytes).toString("latin1"));
        if (body !== undefined) this.send(Buffer.from(`<0 ${body}*${crc16(`<0 ${body}`)}\n`));
      },
      () => {
        this.#port = undefined;
      },
    );
    return this.#port;
  };

  get isOpen(): boolean {
    return this.#port !== undefined;
  }

  /** @param told false: as by drivers that never say that the plug was pulled */
  unplug(told = true): void {
    this.#absent = new Error("there is no such port");
    const port = this.#port;
    if (told) this.#later(() => port?.lose(new Error("the port went away")));
    else port?.die();
  }

  plug(): void {
    this.#absent = undefined;
  }

  #later(run: () => void): Cancel {
    return this.#clock.at(this.#clock.now() + this.delay, run);
  }
}

class MemoryPort implements Port {
  readonly #sent: (bytes: Uint8Array) => void;
  readonly #closed: () => void;
  #bytes: (bytes: Uint8Array) => void = () => {};
  #lost: (why: Error) => void = () => {};
  #dead = false;

  constructor(sent: (bytes: Uint8Array) => void, closed: () => void) {
    this.#sent = sent;
    this.#closed = closed;
  }

  write(bytes: Uint8Array): void {
    if (!this.#dead) this.#sent(bytes);
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#bytes = listener;
  }

  onLost(listener: (why: Error) => void): void {
    this.#lost = listener;
  }

  async flushed(): Promise<void> {}

  async close(): Promise<void> {
    this.#dead = true;
    this.#closed();
  }

  receive(bytes: Uint8Array): void {
    if (!this.#dead) this.#bytes(bytes);
  }

  lose(why: Error): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#lost(why);
  }

  /** Nothing goes through any more, and nobody is told. */
  die(): void {
    this.#dead = true;
  }
}
