import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { OpenDatagrams } from "../sip/datagrams.ts";
import { Lifetime } from "../sip/lifetime.ts";
import type { Message } from "../sip/message.ts";
import { Transactions } from "../sip/transactions.ts";
import { type Trace, Wire } from "../sip/wire.ts";
import { type Account, type AccountOptions, type ExtensionOptions, makeAccounts } from "./account.ts";
import type { Codes } from "./dialplan.ts";
import type { PbxEvent } from "./event.ts";
import { Exchange, type Memory } from "./exchange.ts";
import type { Patient } from "./faults/fault.ts";
import { type FaultName, Faults } from "./faults/faults.ts";
import { HABITS, type HabitName } from "./habits/habits.ts";
import { type LineState, type Messages, NO_MESSAGES } from "./lines.ts";
import type { EventList } from "./list-report.ts";
import { type Fate, type Meddler, Meddling } from "./meddling.ts";
import { MediaPorts } from "./media-port.ts";
import { ACCOUNTS, CODES, EXTENSIONS, GROUPS, LISTS, SLOTS } from "./office.ts";
import type { Subscription } from "./subscription.ts";

export interface SimPbxOptions extends Partial<Codes> {
  readonly clock: Clock;
  /** What kind of PBX it is like; asterisk where absent. Codes, groups and parking are there with any. */
  readonly habits?: HabitName;
  /** Address to bind. */
  readonly host?: string;
  /** One that is free where absent, and the same again after kill(). */
  readonly port?: number;
  readonly extensions?: readonly ExtensionOptions[];
  readonly accounts?: readonly AccountOptions[];
  /** Phones that ring together, by the number that is dialled. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** Lines that can be watched together (RFC 4662), by the list's name. */
  readonly lists?: Readonly<Record<string, EventList>>;
  /** Where calls are parked: 701 to 705 where absent. Each can be watched as a line. */
  readonly slots?: readonly string[];
  /** What becomes of a call that is transferred to a free slot: it ends, as with Asterisk, where absent. */
  readonly freeSlot?: "ends" | "parks";
  /** How long phones ring; a minute where absent. */
  readonly ringTime?: Millis;
  /**
   * How long a pickup waits for audio from who picks up before it ends the ringing: Asterisk waits 500 ms. 5 where absent;
   * a few ms, whatever is set, when a packet comes.
   */
  readonly mediaWait?: Millis;
  /** Seconds; 30 where absent. */
  readonly shortestSubscription?: number;
  /** Event packages that it has: dialog, presence and message-summary where absent. */
  readonly events?: readonly string[];
  /** Given every message that goes over the wire, secrets of digests included. */
  readonly trace?: Trace;
  /** Makes its UDP sockets; then it has no others. */
  readonly datagrams?: OpenDatagrams;
  /** Draws what is left to chance in faults; in [0, 1). */
  readonly random?: () => number;
}

const NOTHING: Memory = { contacts: [], subscriptions: [] };
const DEFAULTS = {
  host: "127.0.0.1",
  groups: GROUPS,
  lists: LISTS,
  slots: SLOTS,
  freeSlot: "ends",
  ringTime: 60_000,
  mediaWait: 5,
  shortestSubscription: 30,
  events: ["dialog", "presence", "message-summary"],
  ...CODES,
} as const;
/** Time for the last messages to leave. */
const GRACE: Millis = 20;

interface Life {
  readonly clock: Lifetime;
  readonly wire: Wire;
  readonly mediaPorts: MediaPorts;
  readonly exchange: Exchange;
}

/**
 * A small PBX that speaks SIP over UDP and TCP with the habits of Asterisk 22 (chan_pjsip) or another: registrar, hints as
 * dialog-info, calls, ring groups, intercom, pickup by number, phone, group and Replaces, transfers, parking. Audio goes
 * from phone to phone directly, and through here only where the PBX answered a call before it had anybody for it.
 */
export class SimPbx {
  /** Loses, delays or refuses single messages, for tests of races. */
  meddle: Meddler | undefined;
  readonly #options: SimPbxOptions;
  readonly #accounts: ReadonlyMap<string, Account>;
  readonly #listeners = new Set<(event: PbxEvent) => void>();
  /** By number. They outlive every restart. */
  readonly #mailboxes = new Map<string, Messages>();
  readonly #faults: Faults;
  #life: Life | undefined;
  #port: number;
  #memory = NOTHING;

  constructor(options: SimPbxOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
    this.#accounts = makeAccounts(options.extensions ?? EXTENSIONS, options.accounts ?? ACCOUNTS);
    this.#faults = new Faults(this.#patient());
  }

  async start(): Promise<{ readonly host: string; readonly port: number }> {
    const settings = { ...DEFAULTS, ...this.#options };
    const { host, trace, datagrams } = settings;
    const clock = new Lifetime(this.#options.clock);
    const meddling = new Meddling(clock, (message, direction) => this.#fate(message, direction));
    const outgoing = (message: Message, pass: (message: Message) => void): void =>
      meddling.out(message, () => this.#faults.outgoing(message, pass, clock));
    const wire = new Wire({
      host,
      port: this.#port,
      tcp: !datagrams,
      datagrams,
      outgoing,
      ...(trace ? { trace } : {}),
    });
    await wire.start();
    const { port } = wire;
    const transactions = new Transactions({ wire, clock, product: "blfd simulated PBX", plainAddresses: true });
    const mediaPorts = new MediaPorts(host, datagrams);
    const exchange = new Exchange({
      ...settings,
      habits: HABITS[this.#options.habits ?? "asterisk"],
      trunk: { clock, transactions, mediaPorts, host, port },
      accounts: this.#accounts,
      meddling,
      messages: (number) => this.#mailboxes.get(number) ?? NO_MESSAGES,
      ignoresRefer: () => this.#faults.levels.has("ignore-refer"),
      tell: (event) => this.#tell(event),
    });
    this.#port = port;
    this.#life = { clock, wire, mediaPorts, exchange };
    this.#faults.started(clock);
    exchange.start(this.#memory);
    this.#memory = NOTHING;
    return { host, port };
  }

  /** That phone has been registered for a while, from that address: as one whose database holds it. See SimPhone.wake(). */
  know(user: string, address: { readonly host: string; readonly port: number }): void {
    this.#life?.exchange.know(user, { transport: "udp", ...address });
  }

  /** Ends all calls, then goes away. */
  async stop(): Promise<void> {
    // A storm would bring it back.
    const calm = this.fault("restart-storm", false);
    if (this.#life) {
      this.#life.exchange.hangUp();
      const { clock } = this.#options;
      await new Promise<void>((resolve) => clock.at(clock.now() + GRACE, resolve));
    }
    await calm;
    await this.kill();
  }

  /**
   * As by kill -9: not a word to anybody. start() may follow. A database that is kept brings registrations and
   * subscriptions back, in their old dialogs, as Asterisk's does; calls are gone either way.
   */
  async kill(database: "kept" | "lost" = "lost"): Promise<void> {
    const life = this.#life;
    this.#life = undefined;
    if (!life) return;
    this.#faults.ended();
    this.#memory = database === "kept" ? life.exchange.memory : NOTHING;
    life.clock.end();
    life.mediaPorts.closeAll();
    await life.wire.stop();
  }

  /** Told of calls and registrations as they happen. */
  onEvent(listener: (event: PbxEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Legs of calls. One that was transferred away and has only to say BYE is none any more, as in Asterisk. */
  get channels(): number {
    return this.#legs.filter((channel) => !channel.left).length;
  }

  /** Dialogs of calls that somebody still has to end: channels, and legs that were transferred away. */
  get dialogs(): number {
    return this.#legs.length;
  }

  /** Offline also while the PBX is not running. */
  lineState(number: string): LineState {
    return this.#life?.exchange.line(number)?.state ?? "offline";
  }

  /** How many watch the calls of that line. */
  watchers(number: string): number {
    return this.#watchers(number, "dialog").length;
  }

  /** Somebody left messages for that number, or listened to them. */
  putMessages(number: string, fresh: number, old: number): void {
    this.#mailboxes.set(number, { fresh, old });
    const line = this.#life?.exchange.line(number);
    if (line) this.#life?.exchange.notifier.publish(line, "messages");
  }

  /**
   * Switches a fault on, with its usual level or that one, or off. Resolves when the PBX has it, or is well again: one that
   * was dead has started.
   */
  fault(name: FaultName, on: boolean | number = true): Promise<void> {
    return this.#faults.set(name, on);
  }

  /** Those that are on, each with its level; 1 where it has none. */
  get faults(): ReadonlyMap<FaultName, number> {
    return this.#faults.levels;
  }

  /** Silent death: the sockets stay open, nothing is answered and nothing sent. */
  silence(on: boolean): void {
    void this.fault("silent-death", on);
  }

  /** Sends all who watch that line this body, whatever it is. */
  notifyRaw(number: string, body: string, event = "dialog"): void {
    for (const subscription of this.#watchers(number, event)) subscription.send(body);
  }

  /** Ends the subscriptions to that line, as when its hint is taken away. */
  dropWatchers(number: string, event = "dialog"): void {
    for (const subscription of this.#watchers(number, event)) subscription.end();
  }

  /** `allow_transfer=no`: its REFERs are declined. */
  forbidTransfer(user: string, forbidden = true): void {
    const account = this.#accounts.get(user);
    if (!account) throw new Error(`no account ${user}`);
    account.mayTransfer = !forbidden;
  }

  #patient(): Patient {
    const pbx = this;
    return {
      random: this.#options.random ?? Math.random,
      get running() {
        return pbx.#life !== undefined;
      },
      start: () => this.start(),
      kill: (database) => this.kill(database),
      silence: (on) => {
        if (this.#life) this.#life.wire.silent = on;
      },
      endSubscriptions: () => this.#life?.exchange.notifier.endAll(),
    };
  }

  #fate(message: Message, direction: "in" | "out"): Fate | undefined {
    const fate = this.meddle?.(message, direction);
    if (fate !== undefined || direction === "out" || message.kind === "response") return fate;
    const refuse = this.#faults.refuse(message);
    return refuse === undefined ? undefined : { refuse };
  }

  #watchers(number: string, event: string): readonly Subscription[] {
    return (this.#life?.exchange.notifier.watchers(number) ?? []).filter((one) => one.event === event);
  }

  get #legs(): readonly { readonly left: boolean }[] {
    return [...(this.#life?.exchange.switchboard.channels ?? [])];
  }

  #tell(event: PbxEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
