import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel } from "../../firmware/hal/clock.ts";
import type { Dialog } from "../sip/dialog.ts";
import type { Flow } from "../sip/wire.ts";
import type { EventPackage } from "./event-package.ts";
import type { Line } from "./lines.ts";
import type { Content, Report } from "./report.ts";
import { ALLOW_EVENTS, contactOf, type Header, type Trunk } from "./trunk.ts";

/** What is left of a subscription when the PBX dies: its database. */
export interface SubscriptionRecord {
  readonly number: string;
  /** Request-URI of the SUBSCRIBE. */
  readonly uri: string;
  /** Whole Event header. */
  readonly event: string;
  readonly dialog: Dialog;
  readonly flow: Flow;
  readonly version: number;
  readonly until: Millis;
}

/** Answers that say the watcher is gone (RFC 6665 §4.2.2). */
const GONE = new Set([408, 481, 503]);

/** One watcher of one line, or of a list of lines: owns the dialog. */
export class Subscription {
  readonly number: string;
  readonly dialog: Dialog;
  readonly #trunk: Trunk;
  readonly #report: Report;
  readonly #record: SubscriptionRecord;
  readonly #over: (subscription: Subscription) => void;
  #until: Millis = 0;
  #expire: Cancel = () => undefined;

  /** `over` is told when it has ended, whoever ended it. */
  constructor(trunk: Trunk, record: SubscriptionRecord, report: Report, over: (subscription: Subscription) => void) {
    this.#trunk = trunk;
    this.#record = record;
    this.#report = report;
    this.#over = over;
    this.number = record.number;
    this.dialog = record.dialog;
  }

  get event(): string {
    return this.#report.event;
  }

  get carries(): EventPackage["carries"] {
    return this.#report.carries;
  }

  /** Headers of the answers to its SUBSCRIBEs, beside the usual. */
  get headers(): readonly Header[] {
    return this.#report.headers;
  }

  get record(): SubscriptionRecord {
    return { ...this.#record, version: this.#report.version, until: this.#until };
  }

  /** Until then it is told of changes; then it ends by itself. */
  extend(until: Millis, reason?: string): void {
    this.#expire();
    this.#until = until;
    this.#expire = this.#trunk.clock.at(until, () => this.end(reason));
  }

  covers(number: string): boolean {
    return this.#report.covers(number);
  }

  begin(): void {
    this.#active(this.#report.first());
  }

  /** A new state of the line. */
  tell(line: Line): void {
    this.#active(this.#report.change(line));
  }

  /** The answer to a refresh. */
  repeat(): void {
    this.#active(this.#report.repeat());
  }

  /** Any body, true or not. */
  send(body: string): void {
    this.#active({ type: this.#report.repeat().type, body });
  }

  /** With the last state once more; Asterisk gives no reason. */
  end(reason?: string): void {
    this.#expire();
    this.#notify(reason === undefined ? "terminated" : `terminated;reason=${reason}`, this.#report.last());
    this.#over(this);
  }

  #active(content: Content): void {
    const left = Math.max(0, Math.floor((this.#until - this.#trunk.clock.now()) / 1000));
    this.#notify(`active;expires=${left}`, content);
  }

  #notify(state: string, { type, body }: Content): void {
    const headers: readonly Header[] = [
      contactOf(this.#trunk, this.#record.flow),
      ["Event", this.#record.event],
      ["Subscription-State", state],
      ALLOW_EVENTS,
      ...this.#report.headers,
      ...(body === "" ? [] : [["Content-Type", type] as const]),
    ];
    this.#trunk.transactions.send(this.dialog.request("NOTIFY", headers, body), this.#record.flow, {
      final: ({ status }) => {
        if (!GONE.has(status)) return;
        this.#expire();
        this.#over(this);
      },
    });
  }
}
