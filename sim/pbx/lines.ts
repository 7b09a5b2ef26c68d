import type { Clock } from "../../firmware/hal/clock.ts";
import type { Account, Identity } from "./account.ts";
import type { Channel } from "./channel.ts";
import type { LineCall } from "./line-call.ts";

/** What the PBX itself knows of an extension. Asterisk's dialog-info shows idle and offline alike. */
export type LineState = "idle" | "ringing" | "busy" | "held" | "offline";

/** What lies in a mailbox. */
export interface Messages {
  readonly fresh: number;
  readonly old: number;
}

export const NO_MESSAGES: Messages = { fresh: 0, old: 0 };

export interface Line {
  readonly identity: Identity;
  /** In the mailbox of that number. */
  readonly messages: Messages;
  readonly state: LineState;
  /** Who makes it ring. */
  readonly caller: Identity | undefined;
  /** The one that changed last first; those that ended a moment ago, too, where the PBX goes on telling of them. */
  readonly calls: readonly LineCall[];
}

/**
 * The state of one extension from its phone's channels. Ringing wins over busy, as with Asterisk's
 * `notify_early_inuse_ringing=yes`.
 */
export function lineOf(
  account: Account,
  registered: boolean,
  channels: Iterable<Channel>,
  messages = NO_MESSAGES,
): Line {
  const own = [...channels].filter((channel) => channel.account === account && !channel.left);
  const ringing = own.find((channel) => channel.state === "ringing");
  const inUse = own.filter((channel) => channel.state === "up" || channel.state === "ring");
  const calls = own.flatMap((channel) => channel.lineCall ?? []);
  const line = (state: LineState): Line => ({ identity: account, messages, state, caller: ringing?.caller, calls });
  if (ringing) return line("ringing");
  if (inUse.length > 0) return line(inUse.every((channel) => channel.held) ? "held" : "busy");
  return line(registered ? "idle" : "offline");
}

export interface LinesOptions {
  /** Knows the lines that can be watched as they are now. */
  readonly look: (user: string) => Line | undefined;
  readonly changed: (line: Line) => void;
  /** Of what it tells, and how many ms longer than a call lasts. */
  readonly habits: { readonly tells: "calls" | "state"; readonly linger: number };
  readonly clock: Clock;
}

/** Keeps what was last told of each line, and tells what has changed. */
export class Lines {
  readonly #options: LinesOptions;
  readonly #told = new Map<string, Line>();

  constructor(options: LinesOptions) {
    this.#options = options;
  }

  line(number: string): Line | undefined {
    const now = this.#options.look(number);
    return now && { ...now, calls: this.#told.get(number)?.calls ?? [] };
  }

  /** To be called after anything that may have changed that user's line. */
  refresh(user: string): void {
    const { look, changed, habits } = this.#options;
    const looked = look(user);
    if (!looked) return;
    const before = this.#told.get(user);
    const calls = habits.tells === "calls" ? this.#order(user, before?.calls ?? [], looked.calls) : [];
    const now = { ...looked, calls };
    this.#told.set(user, now);
    if (!before || this.#isNews(before, now)) changed(now);
  }

  /** Where each call is told of by itself, presence still tells of phones that come and go. */
  #isNews(before: Line, now: Line): boolean {
    if (this.#options.habits.tells === "state") return before.state !== now.state || before.caller !== now.caller;
    return (before.state === "offline") !== (now.state === "offline") || !sameCalls(before.calls, now.calls);
  }

  /** What has changed goes first; what has ended stays for a while. */
  #order(user: string, before: readonly LineCall[], now: readonly LineCall[]): readonly LineCall[] {
    const isThere = ({ id }: LineCall): boolean => now.some((call) => call.id === id);
    const ended = before
      .filter((call) => call.state !== "terminated" && !isThere(call))
      .map((call) => ({ ...call, state: "terminated" as const }));
    for (const { id } of ended) this.#forgetLater(user, id);
    const isKnown = (call: LineCall): boolean => before.some(({ id, state }) => id === call.id && state === call.state);
    const kept = before.flatMap((call) => {
      if (call.state === "terminated") return [call];
      return now.find(({ id, state }) => id === call.id && state === call.state) ?? [];
    });
    return [...now.filter((call) => !isKnown(call)), ...ended, ...kept];
  }

  #forgetLater(user: string, id: string): void {
    const { clock, habits, changed } = this.#options;
    clock.at(clock.now() + habits.linger, () => {
      const line = this.#told.get(user);
      if (!line) return;
      const now = { ...line, calls: line.calls.filter((call) => call.id !== id) };
      this.#told.set(user, now);
      if (habits.linger > 0) changed(now);
    });
  }
}

function sameCalls(some: readonly LineCall[], others: readonly LineCall[]): boolean {
  return (
    some.length === others.length && some.every(({ id, state }, i) => others[i]?.id === id && others[i].state === state)
  );
}
