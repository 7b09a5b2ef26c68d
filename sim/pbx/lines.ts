import type { Account, Identity } from "./account.ts";
import type { Channel } from "./channel.ts";

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
  const line = (state: LineState): Line => ({ identity: account, messages, state, caller: ringing?.caller });
  if (ringing) return line("ringing");
  if (inUse.length > 0) return line(inUse.every((channel) => channel.held) ? "held" : "busy");
  return line(registered ? "idle" : "offline");
}

/** Keeps what was last told of each line, and tells what has changed. */
export class Lines {
  readonly #look: (user: string) => Line | undefined;
  readonly #changed: (line: Line) => void;
  readonly #told = new Map<string, Line>();

  /** `look` knows the lines that can be watched as they are now. */
  constructor(look: (user: string) => Line | undefined, changed: (line: Line) => void) {
    this.#look = look;
    this.#changed = changed;
  }

  line(number: string): Line | undefined {
    return this.#look(number);
  }

  /** To be called after anything that may have changed that user's line. */
  refresh(user: string): void {
    const now = this.#look(user);
    const before = this.#told.get(user);
    if (!now || (before && before.state === now.state && before.caller === now.caller)) return;
    this.#told.set(user, now);
    this.#changed(now);
  }
}
