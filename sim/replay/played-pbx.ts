import type { AddressInfo } from "node:net";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import { tagOf, userOf } from "../sip/address.ts";
import type { Datagrams } from "../sip/datagrams.ts";
import { newBranch, newTag } from "../sip/ids.ts";
import { type Message, parse, type Request, type Response, request, serialise } from "../sip/message.ts";
import { type Reply, responseTo } from "../sip/reply.ts";
import { branchOf } from "../sip/via.ts";
import { exchangeOf, type Spoken } from "./conversation.ts";
import { isLast, nameOf, PlayedWatch, type ReportCue } from "./played-watch.ts";
import { answerNow, contactOf, type Place, reportNow, requestNow } from "./rewritten.ts";
import { type Cue, packageOf, type Score } from "./score.ts";

export interface PlayedPbxOptions {
  readonly score: Score;
  readonly clock: Clock;
  /** When the capture begins, on that clock. */
  readonly begins: Millis;
  readonly socket: Datagrams;
  readonly host: string;
  readonly port: number;
  /** Told in words what is not as it was then. */
  readonly tell: (text: string) => void;
}

/** A report that waited for so long for a subscription of the daemon's is one that a person wants to know of. */
const LONG_WAIT: Millis = 1000;

/** The PBX of a capture: tells what it told then, when it told it, and answers as it answered. */
export class PlayedPbx {
  readonly #options: PlayedPbxOptions;
  readonly #place: Place;
  readonly #played = new Map<string, PlayedWatch>();
  /** What was asked outside of dialogs, and what the panel of then answered. */
  readonly #asked = new Map<string, Extract<Cue, { readonly kind: "ask" }>>();
  readonly #untold = new Set<string>();
  #panel: AddressInfo | undefined;
  #target = "";
  #silent = false;

  constructor(options: PlayedPbxOptions) {
    const { score, host, port } = options;
    this.#options = options;
    this.#place = `${host}:${port}`;
    for (const watch of score.watches) this.#played.set(`${watch.event} ${watch.resource}`, new PlayedWatch(watch));
  }

  start(): void {
    const { socket, host, port, score, clock, begins } = this.#options;
    socket.on("message", (bytes: Buffer, from: AddressInfo) => this.#receive(bytes, from));
    socket.bind(port, host);
    for (const cue of score.cues) clock.at(begins + cue.at, () => this.#play(cue));
  }

  stop(): void {
    this.#options.socket.close();
  }

  #play(cue: Cue): void {
    switch (cue.kind) {
      case "report":
        this.#report(cue);
        return;
      case "anew":
        this.#anew(cue);
        return;
      case "ask": {
        const { message } = cue.spoken;
        if (message.kind !== "request" || this.#target === "") return;
        this.#asked.set(exchangeOf(message), cue);
        this.#send(requestNow(cue.spoken, message.method, this.#target, this.#place));
        return;
      }
      case "silence":
        this.#silent = cue.on;
        // What may have changed meanwhile nobody knows.
        for (const one of this.#played.values()) one.told = undefined;
        this.#options.tell(cue.on ? "the PBX of then does not answer any more" : "the PBX of then answers again");
        return;
      case "apart":
        this.#options.tell(cue.text);
    }
  }

  #report(cue: ReportCue): void {
    const { event, resource } = cue.watch;
    const played = this.#played.get(`${event} ${resource}`);
    if (played === undefined) return;
    if (played.dialog) this.#deliver(played, cue);
    else if (isLast(cue.spoken)) played.waiting.length = 0;
    else played.waiting.push(cue);
  }

  #deliver(played: PlayedWatch, cue: ReportCue): void {
    const { dialog, watch } = played;
    if (dialog === undefined) return;
    const { spoken } = cue;
    const tag = tagOf(spoken.message.headers.get("From"));
    const ofTerm = tag === undefined || tag === watch?.termAt(cue.at)?.tag;
    const bytes = reportNow(spoken, dialog, this.#place, ofTerm ? {} : { tag });
    played.unanswered.set(answerKey(parse(bytes)), cue);
    played.tell(spoken);
    this.#send(bytes);
    if (isLast(spoken)) {
      played.dialog = undefined;
      played.told = undefined;
    }
  }

  /** The daemon is made to begin afresh as well, by what a PBX says that moves subscriptions (RFC 6665 §4.1.3). */
  #anew({ watch }: Extract<Cue, { readonly kind: "anew" }>): void {
    const played = this.#played.get(`${watch.event} ${watch.resource}`);
    const dialog = played?.dialog;
    if (played === undefined || dialog === undefined) return;
    this.#options.tell(
      `the panel of then was told of ${nameOf(watch)} in a new subscription, and so the daemon has to ask anew`,
    );
    const last = played.told?.message.headers.get("CSeq") ?? "1 NOTIFY";
    const over = request("NOTIFY", dialog.target, [
      ["Via", `SIP/2.0/UDP ${this.#place};rport;branch=${newBranch()}`],
      ["From", `${dialog.pbx};tag=${dialog.tag}`],
      ["To", dialog.panel],
      ["Call-ID", dialog.callId],
      ["CSeq", last],
      ["Event", dialog.event],
      ["Subscription-State", "terminated;reason=deactivated"],
    ]);
    played.end();
    this.#send(serialise(over));
  }

  #receive(bytes: Buffer, from: AddressInfo): void {
    const message = parse(bytes);
    if (message === undefined) return;
    this.#panel = from;
    if (message.kind === "response") this.#answered(message);
    else if (!this.#silent) this.#request(message);
  }

  #request(asked: Request): void {
    switch (asked.method) {
      case "SUBSCRIBE":
        this.#subscribed(asked);
        return;
      case "REGISTER":
        this.#registered(asked);
        return;
      case "OPTIONS":
        this.#reply(asked, { status: 200 });
        return;
      case "ACK":
        return;
      case "INVITE":
        this.#options.tell(
          `the daemon sends INVITE ${userOf(asked.headers.get("To"))}, which the capture does not have`,
        );
        this.#reply(asked, { status: 480 });
        return;
      default:
        this.#reply(asked, { status: 481 });
    }
  }

  #registered(asked: Request): void {
    const { registrations } = this.#options.score;
    this.#target = contactOf(asked) || this.#target;
    const then = (registrations.findLast(({ at }) => at <= this.#now) ?? registrations[0])?.spoken;
    const contact = asked.headers.get("Contact") ?? "";
    if (then && asked.headers.get("Expires") !== "0") this.#send(answerNow(then, asked, this.#place, newTag()));
    else this.#reply(asked, { status: 200, headers: [["Contact", contact]] });
  }

  #subscribed(asked: Request): void {
    const { headers } = asked;
    const event = headers.get("Event") ?? "";
    const callId = headers.get("Call-ID") ?? "";
    const key = `${packageOf(event)} ${userOf(headers.get("To"))}`;
    const initial = tagOf(headers.get("To")) === undefined;
    const played = this.#played.get(key) ?? new PlayedWatch(undefined);
    this.#played.set(key, played);
    this.#target = contactOf(asked);
    if (headers.get("Expires") === "0") {
      played.end();
      this.#reply(asked, { status: 200, headers: [["Expires", "0"]] });
      return;
    }
    if (!initial && played.dialog?.callId !== callId) {
      this.#reply(asked, { status: 481 });
      return;
    }
    const { watch } = played;
    if (watch === undefined) this.#tellUnknown(key);
    const then = watch?.answerAt(this.#now, initial);
    const tag = played.dialog?.tag ?? watch?.termAt(this.#now)?.tag ?? newTag();
    if (then) this.#send(answerNow(then, asked, this.#place, tag));
    else
      this.#reply(asked, { status: 200, tag, headers: [["Expires", headers.get("Expires") ?? "120"], this.#contact] });
    if (then?.message.kind === "response" && then.message.status >= 300) {
      played.dialog = undefined;
      return;
    }
    const panel = headers.get("From") ?? "";
    const pbx = headers.get("To")?.replace(/;tag=.*$/, "") ?? "";
    if (initial) played.begin({ callId, panel, pbx, tag, target: this.#target, event });
    this.#catchUp(played);
  }

  /** What waited, or else what was told last, as a PBX does after each SUBSCRIBE (RFC 6665 §4.2.1.2). */
  #catchUp(played: PlayedWatch): void {
    const { dialog, told } = played;
    const waiting = played.waiting.splice(0);
    const [first] = waiting;
    if (first !== undefined && this.#now - first.at > LONG_WAIT) {
      const waited = ((this.#now - first.at) / 1000).toFixed(1);
      this.#options.tell(
        `what the PBX of then said of ${nameOf(first.watch)} waited ${waited} s until the daemon asked`,
      );
    }
    for (const cue of waiting) this.#deliver(played, cue);
    if (first === undefined && told && dialog) {
      this.#send(reportNow(told, dialog, this.#place, { branch: newBranch() }));
    }
  }

  /** To something that was sent as it was then: is it what was answered then? */
  #answered(now: Response): void {
    const asked = this.#asked.get(exchangeOf(now));
    if (asked) {
      this.#compare(asked, now.status, `${requestName(asked.spoken)}`);
      this.#asked.delete(exchangeOf(now));
    }
    const key = answerKey(now);
    for (const played of this.#played.values()) {
      const cue = played.unanswered.get(key);
      if (cue === undefined) continue;
      this.#compare(cue, now.status, `a NOTIFY of ${nameOf(cue.watch)}`);
      // A dialog that the daemon has just given up, with its link: it will ask again. Of another notifier it wants none.
      const own = tagOf(now.headers.get("From")) === played.dialog?.tag;
      if (own && now.status === 481 && (cue.answer ?? 200) < 300) played.dialog = undefined;
      else played.unanswered.delete(key);
    }
  }

  #compare({ answer, spoken }: { readonly answer?: number; readonly spoken: Spoken }, now: number, what: string): void {
    if (answer === undefined || answer === now) return;
    this.#options.tell(`${what} (line ${spoken.line}) is answered ${now}; the panel of then answered ${answer}`);
  }

  /** Once for each: the daemon goes on asking. */
  #tellUnknown(key: string): void {
    if (this.#untold.has(key)) return;
    this.#untold.add(key);
    const [event = "", resource = ""] = key.split(" ");
    const what = event === "dialog" ? resource : `${event} of ${resource}`;
    this.#options.tell(`the daemon asks for ${what}, of which the capture has nothing`);
  }

  #reply(asked: Request, reply: Reply): void {
    this.#send(serialise(responseTo(asked, reply)));
  }

  #send(bytes: Buffer): void {
    if (this.#panel && !this.#silent) {
      this.#options.socket.send(bytes, this.#panel.port, this.#panel.address, () => undefined);
    }
  }

  /** Since the capture began. */
  get #now(): Millis {
    return this.#options.clock.now() - this.#options.begins;
  }

  get #contact(): readonly [string, string] {
    return ["Contact", `<sip:${this.#place}>`];
  }
}

function answerKey(message: Message | undefined): string {
  return message === undefined ? "" : `${exchangeOf(message)} ${branchOf(message)}`;
}

function requestName({ message }: Spoken): string {
  return message.kind === "request" ? message.method : "an answer";
}
