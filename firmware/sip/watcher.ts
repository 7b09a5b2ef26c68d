import type { Dialog } from "../domain/dialog.ts";
import type { LineId } from "../domain/line.ts";
import type { Millis } from "../domain/millis.ts";
import { privacyOf } from "../domain/privacy.ts";
import type { Settings } from "../domain/settings.ts";
import type { Cancel, Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Agent, Unsolicited } from "./agent.ts";
import type { LineReport, LineWishes } from "./line-report.ts";
import { parseMessageSummary } from "./message-summary.ts";
import { Pace } from "./pace.ts";
import { accountOf } from "./retry.ts";
import type { Subscription } from "./subscription.ts";
import { WatchedLine } from "./watched-line.ts";
import { WatchedList } from "./watched-list.ts";

export type { LineReport, LineWishes } from "./line-report.ts";

export interface WatcherParts {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** SUBSCRIBEs that wait for an answer at once; twice as many for a moment after the link was lost. */
export const MOST_UNANSWERED = 20;

/** Once a PBX has forgotten one subscription, all are asked for afresh, one after the other, and not again for so long. */
const ASKED_ALL: Millis = 10_000;
const EACH_AFTER: Millis = 20;

/**
 * Watches lines over one link. When the link goes down every line is unknown before the link's listener returns, and
 * each leaves unknown only by a NOTIFY received after that.
 */
export class Watcher {
  readonly #parts: WatcherParts;
  readonly #lines: readonly LineId[];
  readonly #wishes: (line: LineId) => LineWishes;
  readonly #listName: string | undefined;
  readonly #watched = new Map<LineId, WatchedLine>();
  #list: WatchedList | undefined;
  readonly #pace = new Pace(MOST_UNANSWERED);
  readonly #listeners = new Set<(report: LineReport) => void>();
  #faulty: (list: string, why: string | undefined) => void = () => undefined;
  #askedAll: Millis = Number.NEGATIVE_INFINITY;
  #unlink: Cancel | undefined;
  #unhear: Cancel | undefined;

  /**
   * @param lines may name a line twice: it is watched once
   * @param wishes what each of them is to show beside its calls
   * @param list a list at the PBX that tells of them all by one subscription (RFC 4662)
   */
  constructor(
    parts: WatcherParts,
    lines: readonly LineId[],
    wishes: (line: LineId) => LineWishes = () => ({}),
    list?: string,
  ) {
    this.#parts = parts;
    this.#lines = lines;
    this.#wishes = wishes;
    this.#listName = list;
  }

  /** Each change of a line, in the order of the NOTIFYs; nothing at the moment of the call. */
  onReport(listener: (report: LineReport) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is wrong with the list, and undefined when it is well again. One listener. */
  onListFault(listener: (list: string, why: string | undefined) => void): void {
    this.#faulty = listener;
  }

  /** What is known now. A line that is not watched is unknown. */
  view(line: LineId): LineReport {
    const watched = this.#watched.get(line);
    if (watched !== undefined) return watched.report;
    const at = this.#parts.clock.now();
    return { line, state: "unknown", ring: undefined, at, why: `${line} is not watched` };
  }

  /** The calls of a line, as the PBX told of them last. */
  dialogs(line: LineId): readonly Dialog[] {
    return this.#watched.get(line)?.dialogs ?? [];
  }

  start(): void {
    if (this.#unlink !== undefined) return;
    const { agent, clock, log, random = Math.random } = this.#parts;
    const parts = { agent, clock, log, random, pace: this.#pace, forgotten: () => this.#askAll() };
    for (const line of this.#lines) {
      if (this.#watched.has(line)) continue;
      this.#watched.set(line, new WatchedLine(parts, line, this.#wishes(line), (report) => this.#emit(report)));
    }
    const name = this.#listName;
    if (name !== undefined)
      this.#list ??= new WatchedList(parts, name, this.#watched, (why) => this.#faulty(name, why));
    this.#unhear = agent.onUnsolicited("message-summary", (notify) => this.#overheard(notify));
    this.#unlink = agent.onLink((up, why) => this.#linked(up, why));
    if (agent.up) this.#linked(true);
    else this.#linked(false, "the PBX has not been reached yet");
  }

  /** Unsubscribes; lines are unknown from now on. Resolves within about a second. */
  async stop(): Promise<void> {
    this.#unlink?.();
    this.#unlink = undefined;
    this.#unhear?.();
    await Promise.all(this.#subscriptions().map((subscription) => subscription.stop()));
  }

  #linked(up: boolean, why?: string): void {
    if (!up) this.#pace.abandon();
    for (const subscription of this.#subscriptions()) {
      if (up) subscription.restart();
      else subscription.drop(why === undefined ? "the PBX does not answer" : `no link to the PBX: ${why}`);
    }
  }

  /** A PBX that restarted within the `alive` time, without its database, tells of it by nothing else. */
  #askAll(): void {
    const { clock } = this.#parts;
    const now = clock.now();
    if (now < this.#askedAll + ASKED_ALL) return;
    for (const [i, subscription] of this.#subscriptions().entries()) {
      this.#askedAll = now + i * EACH_AFTER;
      clock.at(this.#askedAll, () => subscription.state === "active" && subscription.resync());
    }
  }

  /** What rings first: the dialogs of all lines, and then what can tell a calm line more. */
  #subscriptions(): readonly Subscription[] {
    const lines = [...this.#watched.values()];
    const dialogs = lines.flatMap(({ alone, subscription }) => (alone ? [subscription] : []));
    const list = this.#list === undefined ? [] : [this.#list.subscription];
    return [...list, ...dialogs, ...lines.flatMap(({ companions }) => companions)];
  }

  /** Without a Message-Account the mailbox is that of whom the PBX tells. */
  #overheard({ to, body }: Unsolicited): void {
    const parsed = parseMessageSummary(body);
    if (!parsed.ok) {
      this.#parts.log.debug({ why: parsed.problem }, "what the PBX told unasked cannot be read");
      return;
    }
    const mailbox = accountOf(parsed.value.account ?? to);
    for (const line of this.#watched.values()) line.overheard(mailbox, parsed.value.waiting);
  }

  #emit(report: LineReport): void {
    for (const listener of this.#listeners) {
      try {
        listener(report);
      } catch (error) {
        // One listener's bug must not keep a lamp from another.
        this.#parts.log.error({ line: report.line, error: String(error) }, "a listener to line states failed");
      }
    }
  }
}

/** What is to be asked of a line beside its calls. */
export function wishesFor(line: LineId, settings: Settings): LineWishes {
  const { profile, pbx, keys } = settings;
  const mailboxes = keys.flatMap((key) => (key.kind === "line" && key.line === line ? (key.mailbox ?? []) : []));
  return {
    presence: profile.offline === "presence",
    mailbox: mailboxes[0],
    longestRing: pbx.longestRing,
    privacy: privacyOf(line, settings),
  };
}
