import { Dialog } from "../../sim/sip/dialog.ts";
import { cseq, type Request, type Response } from "../../sim/sip/message.ts";
import type { ServerTransaction } from "../../sim/sip/server-transaction.ts";
import { expectSoon } from "./soon.ts";

type Header = readonly [string, string];

/** Event, and the type of its documents. */
export type EventType = readonly [event: string, accept: string];

export const DIALOG: EventType = ["dialog", "application/dialog-info+xml"];

export interface Notified {
  /** Subscription-State. */
  readonly subscription: string;
  readonly cseq: number;
  readonly body: string;
  /** Text of the first <state>. */
  readonly state: string;
  readonly version: number;
}

/** A subscription to one line. */
export class Watch {
  readonly callId: string;
  readonly notified: Notified[] = [];
  /** What NOTIFYs are answered with. */
  answer = 200;
  status = 0;
  dialog: Dialog | undefined;
  #contact: Header = ["Contact", ""];
  readonly #event: EventType;
  readonly #send: (request: Request) => Promise<Response>;

  constructor(callId: string, event: EventType, send: (request: Request) => Promise<Response>) {
    this.callId = callId;
    this.#event = event;
    this.#send = send;
  }

  accepted(sent: Request, response: Response, contact: Header): void {
    this.status = response.status;
    this.#contact = contact;
    if (response.status < 300) this.dialog = Dialog.answered(sent, response);
  }

  handle(transaction: ServerTransaction): void {
    const { request } = transaction;
    transaction.respond({ status: this.answer });
    this.notified.push({
      subscription: request.headers.get("Subscription-State") ?? "",
      cseq: cseq(request).number,
      body: request.body,
      state: /<state>([^<]*)</.exec(request.body)?.[1] ?? "",
      version: Number(/version="(\d+)"/.exec(request.body)?.[1]),
    });
  }

  /** States as they came. */
  get states(): readonly string[] {
    return this.notified.map(({ state }) => state);
  }

  get last(): Notified {
    const last = this.notified.at(-1);
    if (!last) throw new Error("nothing was notified yet");
    return last;
  }

  /** Waits until so many NOTIFYs have come. */
  count(wanted: number): Promise<void> {
    return expectSoon(
      `${wanted} NOTIFYs`,
      () => this.notified.length >= wanted,
      () => this.states.join(" "),
    );
  }

  refresh(seconds: number): Promise<Response> {
    return this.#subscribe(seconds, this.dialog);
  }

  /** A refresh in a dialog that the PBX does not know. */
  refreshElsewhere(tag: string): Promise<Response> {
    const { dialog } = this;
    if (!dialog) throw new Error("not subscribed");
    return this.#subscribe(300, new Dialog({ ...dialog, remote: dialog.remote.replace(/tag=.*$/, `tag=${tag}`) }));
  }

  #subscribe(seconds: number, dialog: Dialog | undefined): Promise<Response> {
    if (!dialog) throw new Error("not subscribed");
    const headers: readonly Header[] = [
      this.#contact,
      ["Event", this.#event[0]],
      ["Accept", this.#event[1]],
      ["Expires", String(seconds)],
    ];
    return this.#send(dialog.request("SUBSCRIBE", headers));
  }
}
