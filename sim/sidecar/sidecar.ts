import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../../firmware/hal/clock.ts";
import { Bulb, type Moment, PATTERNS } from "./bulb.ts";
import { Contacts } from "./contacts.ts";
import { crcOf } from "./crc.ts";
import { Ear, type Request, requestIn } from "./request.ts";

const BEAT: Millis = 2000;
const PATIENCE: Millis = 3000;
const ANNOUNCEMENT = "NAK 0 hello";
const ANNOUNCE: Millis = 1000;
const KEY_AGAIN: Millis = 100;
const LOOK: Millis = 10;
const SAME_BEAT: Millis = 20;
const NO_HOST_PERIOD: Millis = 4000;
const NO_HOST_LIT: Millis = 100;

export interface SimSidecarOptions {
  /** 0: alone on its line. 1…99: on a bus. */
  readonly id?: number;
  /** How many; 24 where absent. */
  readonly keys?: number;
  /** The LEDs of each lamp; red and green where absent. */
  readonly colours?: readonly string[];
  /** What it runs itself besides dark and steady; all of them where absent. */
  readonly cadences?: readonly string[];
  /** Whether its LEDs can be dimmed; they cannot where absent. */
  readonly dims?: boolean;
  readonly clock: Clock;
  /** Takes what it sends. */
  readonly send: (bytes: Buffer) => void;
}

/** A sidecar module after SIDECAR.md, with its fingers, eyes and plug. Its power is off until it is switched on. */
export class SimSidecar {
  readonly keys: number;
  readonly #id: number;
  readonly #colours: readonly string[];
  readonly #cadences: readonly string[];
  readonly #dims: boolean;
  readonly #clock: Clock;
  readonly #send: (bytes: Buffer) => void;
  readonly #contacts: Contacts;
  readonly #ear: Ear;
  #bulbs: readonly Bulb[] = [];
  #powered = false;
  #hosted = false;
  #brightness = 100;
  /** When the beat was at 0, once. */
  #zero: Millis = 0;
  #tick: Cancel | undefined;
  #patience: Cancel | undefined;
  #announce: Cancel | undefined;
  #keyAgain: Cancel | undefined;
  #eye: (() => void) | undefined;

  constructor(options: SimSidecarOptions) {
    const { id = 0, keys = 24, colours = ["red", "green"], cadences = PATTERNS, dims = false, clock, send } = options;
    this.keys = keys;
    this.#id = id;
    this.#colours = colours;
    this.#cadences = cadences;
    this.#dims = dims;
    this.#clock = clock;
    this.#send = send;
    this.#contacts = new Contacts(clock, () => this.#tellKeys());
    this.#ear = new Ear((line) => this.#hear(requestIn(line, this.#id)));
  }

  /** Starts as from cold: it remembers nothing, and knows no beat but its own. */
  powerOn(): void {
    this.powerOff();
    this.#powered = true;
    this.#bulbs = Array.from({ length: this.keys }, () => new Bulb());
    this.#zero = this.#clock.now();
    this.#contacts.restart();
    this.#loseHost();
    if (this.#id === 0) this.#say(ANNOUNCEMENT);
  }

  /** All dark, and nothing heard or said. */
  powerOff(): void {
    this.#powered = false;
    this.#hosted = false;
    this.#ear.forget();
    this.#bulbs = [];
    for (const cancel of [this.#tick, this.#patience, this.#announce, this.#keyAgain]) cancel?.();
    this.#tick = this.#patience = this.#announce = this.#keyAgain = undefined;
    this.#eye?.();
  }

  receive(bytes: Uint8Array): void {
    if (this.#powered) this.#ear.hear(bytes);
  }

  close(key: number): void {
    this.#contacts.move(key, true);
  }

  open(key: number): void {
    this.#contacts.move(key, false);
  }

  /** Whether it has a host; without one it shows that. */
  get hosted(): boolean {
    return this.#hosted;
  }

  /** The LEDs of a key that are lit at this moment. */
  lit(key: number): readonly string[] {
    const bulb = this.#bulbs[key - 1];
    if (bulb === undefined) return [];
    if (!this.#hosted) return this.#noHostLit() ? this.#colours.slice(0, 1) : [];
    return bulb.lit ? bulb.colours : [];
  }

  /** Of what is lit, in percent. */
  get brightness(): number {
    return this.#brightness;
  }

  /** What its lamp was told: "red,green flash". */
  look(key: number): string {
    const bulb = this.#bulbs[key - 1];
    return bulb === undefined ? "" : `${bulb.colours.join()} ${bulb.cadence}`.trim();
  }

  /** Called whenever light may have changed. One listener. */
  onLight(listener: () => void): void {
    this.#eye = listener;
  }

  #hear(request: Request | undefined): void {
    if (request === undefined) return;
    if (this.#hosted) this.#stay();
    this.#say(this.#answer(request));
  }

  #answer(request: Request): string {
    const { seq } = request;
    const no = (why: string): string => `NAK ${seq} ${why}`;
    if (request.verb === "HELLO") return request.version === 1 ? this.#begin(seq) : no("version");
    if (!this.#hosted) return no("hello");
    switch (request.verb) {
      case "LAMP": {
        const { keys, colours, cadence } = request;
        if (keys.some((key) => key > this.keys)) return no("key");
        if (colours.some((colour) => !this.#colours.includes(colour))) return no("colour");
        if (!["dark", "steady", ...this.#cadences].includes(cadence)) return no("cadence");
        for (const key of keys) this.#bulbs[key - 1]?.show(colours, cadence, this.#moment());
        this.#look();
        break;
      }
      case "SYNC": {
        const ahead = (request.beat - this.#beat() + BEAT) % BEAT;
        if (Math.min(ahead, BEAT - ahead) >= SAME_BEAT) this.#zero = this.#clock.now() - request.beat;
        break;
      }
      case "DIM":
        if (!this.#dims) return no("message");
        this.#brightness = request.percent;
        this.#eye?.();
        break;
      case "PING":
        this.#contacts.heard(request.number);
        this.#keyAgain?.();
        this.#keyAgain = undefined;
        return this.#nextKey() ?? `ACK ${seq}`;
      case "BYE":
        this.#loseHost();
        break;
      case "?":
        return no("message");
    }
    return `ACK ${seq}`;
  }

  #begin(seq: number): string {
    this.#hosted = true;
    this.#brightness = 100;
    this.#announce?.();
    this.#keyAgain?.();
    this.#keyAgain = undefined;
    for (const bulb of this.#bulbs) bulb.show(bulb.colours, "dark", this.#moment());
    const list = (of: readonly (string | number)[]): string => (of.length === 0 ? "-" : of.join());
    const closed = this.#contacts.begin();
    this.#stay();
    this.#look();
    return `HELLO ${seq} 1 ${this.keys} ${list(this.#colours)} ${list(this.#cadences)} ${list(closed)}${this.#dims ? " dim" : ""}`;
  }

  /** The host is there: it may be silent for so long again. */
  #stay(): void {
    this.#patience?.();
    this.#patience = this.#clock.at(this.#clock.now() + PATIENCE, () => this.#loseHost());
  }

  #loseHost(): void {
    this.#hosted = false;
    this.#patience?.();
    this.#keyAgain?.();
    this.#keyAgain = undefined;
    for (const bulb of this.#bulbs) bulb.show(bulb.colours, "dark", this.#moment());
    this.#look();
    if (this.#id !== 0) return;
    const announce = (): void => {
      this.#announce = this.#clock.at(this.#clock.now() + ANNOUNCE, () => {
        announce();
        this.#say(ANNOUNCEMENT);
      });
    };
    announce();
  }

  /** Only a module that is alone on its line speaks unasked. */
  #tellKeys(): void {
    if (!this.#powered || !this.#hosted || this.#id !== 0 || this.#keyAgain !== undefined) return;
    const next = this.#nextKey();
    if (next !== undefined) this.#say(next);
  }

  #nextKey(): string | undefined {
    const { next } = this.#contacts;
    if (next === undefined || this.#id !== 0) return next;
    this.#keyAgain = this.#clock.at(this.#clock.now() + KEY_AGAIN, () => {
      this.#keyAgain = undefined;
      this.#tellKeys();
    });
    return next;
  }

  #say(body: string): void {
    const text = `<${this.#id} ${body}`;
    this.#send(Buffer.from(`${text}*${crcOf(text)}\n`, "latin1"));
  }

  #beat(): Millis {
    return (((this.#clock.now() - this.#zero) % BEAT) + BEAT) % BEAT;
  }

  #moment(): Moment {
    return { now: this.#clock.now(), beat: this.#beat() };
  }

  #noHostLit(): boolean {
    return this.#powered && (this.#clock.now() - this.#zero) % NO_HOST_PERIOD < NO_HOST_LIT;
  }

  /** Looks at every lamp, again and again while time can change one. */
  #look(): void {
    const moment = this.#moment();
    for (const bulb of this.#bulbs) bulb.draw(moment);
    this.#eye?.();
    if (this.#tick !== undefined || (this.#hosted && !this.#bulbs.some((bulb) => bulb.isRestless(moment)))) return;
    // At least a bit later: a fraction that is left over would be no time at all.
    const next = moment.now + Math.max(LOOK / 10, LOOK - (moment.beat % LOOK));
    this.#tick = this.#clock.at(next, () => {
      this.#tick = undefined;
      this.#look();
    });
  }
}
