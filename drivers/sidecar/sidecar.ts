import { BEAT } from "../../firmware/domain/cadence.ts";
import type { KeyId, LampId } from "../../firmware/domain/key.ts";
import type { LampState } from "../../firmware/domain/lamp.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Module, ModuleState } from "../../firmware/hal/module.ts";
import type { Bus, Member, Turn } from "./bus.ts";
import { Contacts } from "./contacts.ts";
import { type LampOrder, Lamps } from "./lamps.ts";
import { type Message, VERSION } from "./message.ts";
import { Session } from "./session.ts";

/** Between two PINGs to a module that may not speak unasked. */
const POLL: Millis = 25;
const CALL_ALONE: Millis = 250;
/** Others wait while a module on their bus is called in vain. */
const CALL_ON_BUS: Millis = 1000;
/** A module that starts with its port may take so long before it is missed. */
const STARTING: Millis = 2000;
const TRIES = 4;

export interface SidecarOptions {
  readonly name: string;
  /** 0 for a module that has the port for itself. */
  readonly id: number;
  /** The board's names of its keys, and their numbers there. Each has a lamp. */
  readonly keys: ReadonlyMap<KeyId, number>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly dim?: Dim;
}

export interface Dim {
  /** 1 to 100. */
  readonly percent: number;
  /** The module is there, and has no brightness but its own. Called once. */
  unable(): void;
}

/** A module behind a serial line: board-configs/SIDECAR.md. The owner of its session; the bus owns the port. */
export class Sidecar implements Module, Member {
  readonly name: string;
  readonly id: number;
  readonly lamps: readonly LampId[];
  readonly keys: readonly KeyId[];
  readonly #numbers: ReadonlyMap<KeyId, number>;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #show: Lamps;
  readonly #contacts: Contacts;
  readonly #dim: Dim | undefined;
  #contact: (key: KeyId, closed: boolean, at: Millis) => void = () => {};
  #state: (state: ModuleState, why: Error | undefined, gone: ReadonlySet<KeyId>) => void = () => {};
  #running = false;
  #halted = false;
  #seq = 0;
  /** Undefined without a session. */
  #session: Session | undefined;
  #callAt: Millis = 0;
  #missedAt: Millis = 0;
  #tries = 0;
  #told: string | undefined;
  #undimmed = false;

  constructor({ name, id, keys, bus, clock, dim }: SidecarOptions) {
    this.name = name;
    this.id = id;
    this.keys = [...keys.keys()];
    this.lamps = this.keys;
    this.#numbers = keys;
    this.#bus = bus;
    this.#clock = clock;
    this.#dim = dim;
    this.#show = new Lamps(keys);
    this.#contacts = new Contacts(keys, (key, closed, at) => this.#contact(key, closed, at));
  }

  get held(): ReadonlySet<KeyId> {
    return this.#contacts.held;
  }

  async start(): Promise<void> {
    if (this.#running || this.#halted) return;
    this.#running = true;
    await this.#bus.join(this);
  }

  show(lamp: LampId, state: LampState): void {
    if (this.#halted) return;
    this.#show.want(lamp, state);
    if (this.#session !== undefined) this.#bus.wake();
  }

  onContact(listener: (key: KeyId, closed: boolean, at: Millis) => void): void {
    this.#contact = listener;
  }

  onState(listener: (state: ModuleState, why: Error | undefined, gone: ReadonlySet<KeyId>) => void): void {
    this.#state = listener;
  }

  /** The module shows that it has no host. A BYE that is lost does no harm: 3 s of silence say the same. */
  async halt(): Promise<void> {
    this.#halted = true;
    const farewell = this.#session === undefined ? undefined : `BYE ${this.#nextSeq()}`;
    this.#session = undefined;
    await this.#bus.leave(this, farewell);
  }

  opened(): void {
    const now = this.#clock.now();
    this.#callAt = now;
    this.#missedAt = now + STARTING;
  }

  lost(why: Error): void {
    this.#session = undefined;
    this.#tries = 0;
    this.#tell(why.message);
  }

  due(now: Millis): Millis {
    const session = this.#session;
    if (session === undefined) return this.#callAt;
    return Math.min(session.keyHeard || session.dimDue ? now : session.pollAt, session.syncAt, this.#show.due(now));
  }

  turn(now: Millis): Turn | undefined {
    const session = this.#session;
    const seq = this.#nextSeq();
    if (session === undefined) return this.#call(seq);
    if (session.keyHeard) return this.#ping(session, seq);
    if (session.syncAt <= now) return this.#sync(session, seq, now);
    if (session.dimDue) return this.#dimming(session, seq);
    const order = this.#show.order(this.id, now);
    if (order !== undefined) return this.#lamp(session, seq, order);
    return session.pollAt <= now ? this.#ping(session, seq) : undefined;
  }

  overheard(message: Message): void {
    if (this.#session === undefined) {
      // It asks for a HELLO: no need to wait for the next one.
      if (message.verb === "NAK" && message.seq === 0) this.#callAt = this.#clock.now();
    } else if (message.verb === "KEY") {
      this.#key(this.#session, message);
    } else if (message.verb === "NAK" && message.why === "hello") {
      this.#lose("it started anew");
    }
  }

  #call(seq: number): Turn {
    const again = (why: string): void => {
      const now = this.#clock.now();
      this.#callAt = now + (this.id === 0 ? CALL_ALONE : CALL_ON_BUS);
      if (now >= this.#missedAt) this.#tell(why);
    };
    return {
      body: `HELLO ${seq} ${VERSION}`,
      isAnswer: (message) => message.verb !== "KEY" && message.seq === seq,
      answered: (message) => {
        if (message.verb === "HELLO") this.#begin(message);
        else if (message.verb === "NAK" && message.why === "version")
          again(`it does not speak version ${VERSION} of the sidecar protocol`);
        else again("it does not answer HELLO as a sidecar does");
      },
      silent: again,
    };
  }

  #begin({ keys, colours, cadences, closed, dims }: Extract<Message, { verb: "HELLO" }>): void {
    const now = this.#clock.now();
    this.#tries = 0;
    this.#session = new Session(keys, now, { alone: this.id === 0, dim: dims && this.#dim !== undefined });
    this.#show.begin(keys, colours, cadences, now);
    this.#contacts.found(closed, now);
    if (dims || this.#undimmed) return;
    this.#undimmed = true;
    this.#dim?.unable();
  }

  #sync(session: Session, seq: number, now: Millis): Turn {
    return this.#ordered(session, `SYNC ${seq} ${Math.floor(now) % BEAT}`, seq, () =>
      session.synced(now, this.#clock.now()),
    );
  }

  #dimming(session: Session, seq: number): Turn {
    return this.#ordered(session, `DIM ${seq} ${this.#dim?.percent ?? 100}`, seq, () => {
      session.dimDue = false;
    });
  }

  #lamp(session: Session, seq: number, order: LampOrder): Turn {
    this.#show.sent(order);
    return this.#ordered(session, `LAMP ${seq} ${order.keys} ${order.look}`, seq, () => this.#show.confirmed(order));
  }

  /** What only ACK confirms. */
  #ordered(session: Session, body: string, seq: number, done: () => void): Turn {
    return {
      body,
      isAnswer: (message) => (message.verb === "ACK" || message.verb === "NAK") && message.seq === seq,
      answered: (message) => {
        if (session !== this.#session) return;
        this.#tries = 0;
        if (message.verb !== "ACK") {
          this.#refused(body, message);
          return;
        }
        done();
        const now = this.#clock.now();
        if (session.isNew && !session.dimDue && session.syncAt > now && this.#show.due(now) > now) this.#up(session);
      },
      silent: (why) => this.#unanswered(session, why),
    };
  }

  #ping(session: Session, seq: number): Turn {
    session.keyHeard = false;
    if (session.pollAt !== Number.POSITIVE_INFINITY) session.pollAt = this.#clock.now() + POLL;
    const body = `PING ${seq} ${session.lastKey}`;
    return {
      body,
      isAnswer: (message) => message.verb === "KEY" || (message.verb !== "HELLO" && message.seq === seq),
      answered: (message) => {
        if (session !== this.#session) return;
        this.#tries = 0;
        if (message.verb === "KEY") this.#key(session, message);
        else if (message.verb === "NAK") this.#refused(body, message);
      },
      silent: (why) => {
        session.keyHeard = true;
        this.#unanswered(session, why);
      },
    };
  }

  /** Each KEY once, in order; said to be heard also when it is heard again. */
  #key(session: Session, { number, key, closed, age }: Extract<Message, { verb: "KEY" }>): void {
    session.keyHeard = true;
    if (number === session.lastKey) return;
    if (number !== (session.lastKey + 1) % 256) {
      this.#lose("it skipped a KEY");
      return;
    }
    session.lastKey = number;
    this.#contacts.moved(key, closed, this.#clock.now() - age);
  }

  #unanswered(session: Session, why: string): void {
    if (session === this.#session && ++this.#tries >= TRIES) this.#lose(why);
  }

  #refused(body: string, message: Message): void {
    const why = message.verb === "NAK" ? message.why : message.verb;
    this.#lose(why === "hello" ? "it started anew" : `it refuses "${body}": ${why}`);
    if (why !== "hello") this.#callAt = this.#clock.now() + CALL_ON_BUS;
  }

  #lose(why: string): void {
    this.#session = undefined;
    this.#tries = 0;
    this.#callAt = this.#clock.now();
    this.#missedAt = this.#callAt;
    this.#tell(why);
  }

  #up(session: Session): void {
    session.isNew = false;
    const lacking = this.keys.filter((key) => (this.#numbers.get(key) ?? 0) > session.keys);
    const [keys, are] = [`key ${lacking.join(", ")}`, lacking.length > 1 ? "are" : "is"];
    if (lacking.length === 0) this.#tell(undefined);
    else this.#tell(`it has ${session.keys} keys; ${keys} of the board ${are} beyond them`, lacking);
  }

  #tell(why: string | undefined, gone: readonly KeyId[] = this.keys): void {
    if (this.#halted || this.#told === (why ?? "")) return;
    this.#told = why ?? "";
    if (why === undefined) this.#state("up", undefined, new Set());
    else this.#state("absent", new Error(why), new Set(gone));
  }

  #nextSeq(): number {
    this.#seq = (this.#seq % 255) + 1;
    return this.#seq;
  }
}
