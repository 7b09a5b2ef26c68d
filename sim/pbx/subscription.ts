import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel } from "../../firmware/hal/clock.ts";
import type { Dialog } from "../sip/dialog.ts";
import type { Flow } from "../sip/wire.ts";
import type { Line } from "./lines.ts";
import { ALLOW_EVENTS, contactOf, type Header, type Trunk } from "./trunk.ts";

/** What the state of a line looks like in one event package (RFC 6665 §5). */
export interface EventPackage {
  /** Token of the Event header. */
  readonly event: string;
  readonly contentType: string;
  body(line: Line, uri: string, version: number, host: string): string;
}

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

/** One watcher of one line: owns the dialog, numbers the documents. */
export class Subscription {
  readonly number: string;
  readonly dialog: Dialog;
  readonly #trunk: Trunk;
  readonly #package: EventPackage;
  readonly #record: SubscriptionRecord;
  readonly #over: (subscription: Subscription) => void;
  #version: number;
  #body = "";
  #until: Millis = 0;
  #expire: Cancel = () => undefined;

  /** `over` is told when it has ended, whoever ended it. */
  constructor(
    trunk: Trunk,
    record: SubscriptionRecord,
    eventPackage: EventPackage,
    over: (subscription: Subscription) => void,
  ) {
    this.#trunk = trunk;
    this.#record = record;
    this.#package = eventPackage;
    this.#over = over;
    this.#version = record.version;
    this.number = record.number;
    this.dialog = record.dialog;
  }

  get record(): SubscriptionRecord {
    return { ...this.#record, version: this.#version, until: this.#until };
  }

  /** Until then it is told of changes; then it ends by itself. */
  extend(until: Millis): void {
    this.#expire();
    this.#until = until;
    this.#expire = this.#trunk.clock.at(until, () => this.end());
  }

  /** A new state of the line: a new version. */
  tell(line: Line): void {
    this.#body = this.#package.body(line, this.#record.uri, this.#version, this.#trunk.host);
    this.#version++;
    this.repeat();
  }

  /** What was last told, with the same version, as the answer to a refresh. */
  repeat(): void {
    this.send(this.#body);
  }

  /** Any body, true or not. */
  send(body: string): void {
    const left = Math.max(0, Math.floor((this.#until - this.#trunk.clock.now()) / 1000));
    this.#notify(`active;expires=${left}`, body);
  }

  /** With the last state once more, and no reason, as Asterisk does. */
  end(): void {
    this.#expire();
    this.#notify("terminated", this.#body);
    this.#over(this);
  }

  #notify(state: string, body: string): void {
    const headers: readonly Header[] = [
      contactOf(this.#trunk, this.#record.flow),
      ["Event", this.#record.event],
      ["Subscription-State", state],
      ALLOW_EVENTS,
      ["Content-Type", this.#package.contentType],
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
