import type { LineId } from "../domain/line.ts";
import type { Millis } from "../domain/millis.ts";
import type { Cancel, Clock } from "../hal/clock.ts";
import type { Agent, Identity, Notify, Response } from "./agent.ts";
import type { Pace } from "./pace.ts";

export interface DialogParts {
  readonly agent: Agent;
  readonly clock: Clock;
  /** Shared by all subscriptions of a panel. */
  readonly pace: Pace;
}

/** What to subscribe to. */
export interface Wanted {
  readonly line: LineId;
  /** `line` names a list of lines (RFC 4662). */
  readonly list?: boolean;
  /** Event package: "dialog". */
  readonly event: string;
  readonly accept: string;
  /** Option tags for Supported, where the package needs one. */
  readonly supported?: string;
  /** Seconds to ask for. */
  readonly expires: number;
}

/**
 * What to answer a NOTIFY with. 200: it is for us. 481: of another dialog. 489: of another event. 500: older than one
 * that is here already (RFC 3261 §12.2.2).
 */
export type Admission = 200 | 481 | 489 | 500;

/** How long end() waits for the PBX. */
const FAREWELL: Millis = 1_000;

/** No more are remembered: what was missing before them is not on its way any more. */
const MOST_MISSING = 32;

/** The SIP dialog of one subscription (RFC 3261 §12, RFC 6665 §4.1.2). Once lost, it is never used again. */
export class EventDialog {
  readonly #parts: DialogParts;
  readonly #wanted: Wanted;
  readonly #callId: string;
  readonly #localTag: string;
  readonly #uri: string;
  #target: string;
  #remoteTag: string | undefined;
  #routes: readonly string[] = [];
  #sequence = 0;
  #granted = false;
  /** CSeqs that the PBX counted and nothing came with: those NOTIFYs are lost, or still on their way. */
  readonly #missing = new Set<number>();
  /** CSeq of the newest NOTIFY. */
  #notified: number | undefined;

  constructor(parts: DialogParts, wanted: Wanted) {
    const { agent } = parts;
    this.#parts = parts;
    this.#wanted = wanted;
    this.#callId = agent.newCallId();
    this.#localTag = agent.newTag();
    this.#uri = this.#target = agent.uri(wanted.line);
  }

  /** There is something to refresh or to end. */
  get established(): boolean {
    return this.#remoteTag !== undefined;
  }

  listen(handle: (notify: Notify) => void): Cancel {
    return this.#parts.agent.claim(this.#callId, handle);
  }

  /**
   * SUBSCRIBE when its turn comes: the first one, a refresh, or the end with `expires` 0. One at a time, because a
   * challenge takes the next CSeq.
   */
  subscribe(expires: number, answered: (response: Response) => void): Cancel {
    const { agent, pace } = this.#parts;
    const { event, accept, supported } = this.#wanted;
    return pace.enter((leave) => {
      // A refresh says all that the first request said: some notifiers take what is missing for a change.
      const headers = [`Event: ${event}`, `Accept: ${accept}`, `Expires: ${expires}`, `Contact: ${agent.contact}`];
      if (supported !== undefined) headers.push(`Supported: ${supported}`);
      const spec = { method: "SUBSCRIBE", target: this.#target, to: this.#uri, identity: this.#next(), headers };
      agent.request(spec, (response) => {
        leave();
        this.#answered(response);
        answered(response);
      });
    });
  }

  /** Unsubscribes. Resolves when the PBX has answered, or after a second. */
  end(): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => {
      const unlisten = this.listen((notify) => notify.reply(200));
      const done = (): void => {
        bound();
        leaveQueue();
        unlisten();
        resolve();
      };
      const bound = clock.at(clock.now() + FAREWELL, done);
      const leaveQueue = this.subscribe(0, done);
    });
  }

  /**
   * A NOTIFY of another branch of a forked SUBSCRIBE gets 481: one notifier for a line is enough (RFC 6665
   * §5.4.9). An equal CSeq is admitted: after kill -9 Asterisk counts again from where its
   * database stood, and a mere repetition on the wire does not get here.
   */
  admit(notify: Notify): Admission {
    if (notify.event.split(";", 1)[0]?.trim().toLowerCase() !== this.#wanted.event) return 489;
    if (this.#notified !== undefined) {
      if (notify.fromTag !== this.#remoteTag) return 481;
      if (notify.cseq < this.#notified) return 500;
      if (notify.cseq > this.#notified + 1) this.#miss(this.#notified + 1, notify.cseq);
    } else if (notify.fromTag !== this.#remoteTag) {
      this.#routes = notify.routes;
      this.#remoteTag = notify.fromTag;
    }
    this.#notified = notify.cseq;
    this.#target = notify.contact ?? this.#target;
    return 200;
  }

  /** Whether a NOTIFY of this CSeq was missing: then it was overtaken, however late it comes. Asked once for each. */
  wasMissing(cseq: number): boolean {
    return this.#missing.delete(cseq);
  }

  #miss(from: number, before: number): void {
    for (let cseq = Math.max(from, before - MOST_MISSING); cseq < before; cseq++) this.#missing.add(cseq);
    for (const cseq of this.#missing) if (this.#missing.size > MOST_MISSING) this.#missing.delete(cseq);
  }

  #next(): Identity {
    this.#sequence++;
    return {
      callId: this.#callId,
      localTag: this.#localTag,
      ...(this.#remoteTag !== undefined && { remoteTag: this.#remoteTag }),
      cseq: this.#sequence,
      routes: this.#routes,
    };
  }

  #answered(response: Response): void {
    this.#sequence = Math.max(this.#sequence, response.cseq);
    if (response.status < 200 || response.status > 299 || response.toTag === undefined) return;
    // The first NOTIFY makes the dialog, not the 200, which may come from another branch (RFC 6665 §4.1.4).
    if (this.#notified !== undefined && response.toTag !== this.#remoteTag) return;
    // The route set is fixed by the first 2xx, whatever later ones say (RFC 3261 §12.2.1.2).
    if (!this.#granted) this.#routes = response.routes;
    this.#granted = true;
    this.#remoteTag = response.toTag;
    this.#target = response.contact ?? this.#target;
  }
}
