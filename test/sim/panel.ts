import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Clock } from "../../firmware/hal/clock.ts";
import { type Server, UserAgent } from "../../sim/phone/user-agent.ts";
import type { ClientTransaction } from "../../sim/sip/client-transaction.ts";
import { Dialog } from "../../sim/sip/dialog.ts";
import { Lifetime } from "../../sim/sip/lifetime.ts";
import { cseq, type Message, parse, type Request, type Response } from "../../sim/sip/message.ts";
import { type Direction, readMedia, SDP, writeMedia } from "../../sim/sip/sdp.ts";
import type { ServerTransaction } from "../../sim/sip/server-transaction.ts";
import { Transactions } from "../../sim/sip/transactions.ts";
import { Wire } from "../../sim/sip/wire.ts";
import { expectSoon } from "./soon.ts";
import { DIALOG, type EventType, Watch } from "./watch.ts";

type Header = readonly [string, string];

/** A plain SIP client in the place of a panel: subscribes, calls, refers, and keeps all that it was sent. */
export class Panel {
  /** Everything that came, in order, repetitions left out. */
  readonly received: Message[] = [];
  readonly #seen = new Set<string>();
  readonly #clock: Lifetime;
  readonly #wire: Wire;
  readonly #agent: UserAgent;
  readonly #transactions: Transactions;
  /** Where its audio comes from, and where it wants others'. */
  readonly #mouth = createSocket("udp4");
  readonly #watches: Watch[] = [];
  readonly #legs: PanelLeg[] = [];

  constructor(clock: Clock, server: Server, user = "panel1", password = `pw${user}`) {
    this.#clock = new Lifetime(clock);
    this.#wire = new Wire({
      host: "127.0.0.1",
      trace: (direction, text) => {
        if (direction === "out" || this.#seen.has(text)) return;
        this.#seen.add(text);
        const message = parse(Buffer.from(text));
        if (message) this.received.push(message);
      },
    });
    this.#transactions = new Transactions({ wire: this.#wire, clock: this.#clock, product: "test panel" });
    const parts = { clock: this.#clock, wire: this.#wire, transactions: this.#transactions };
    this.#agent = new UserAgent(parts, user, server, { user, password });
  }

  async start(): Promise<void> {
    this.#mouth.bind(0, "127.0.0.1");
    await Promise.all([once(this.#mouth, "listening"), this.#wire.start()]);
    this.#transactions.start((transaction) => this.#receive(transaction));
  }

  async stop(): Promise<void> {
    this.#clock.end();
    this.#mouth.close();
    await this.#wire.stop();
  }

  /** Open TCP connections to the PBX. */
  get connections(): number {
    return this.#wire.connections;
  }

  /** Out of any dialog; answers one challenge. `to`: the user part, or "" for the PBX itself. */
  request(method: string, to: string, headers: readonly Header[] = [], body?: string): Promise<Response> {
    const uri = to === "" ? this.#agent.registrar : this.#agent.uri(to);
    return new Promise((resolve) => {
      this.#agent.ask(this.#agent.compose(method, uri, uri, headers, body), { final: resolve });
    });
  }

  register(seconds = 120): Promise<Response> {
    const own = this.#agent.uri(this.#agent.number);
    const register = this.#agent.compose("REGISTER", this.#agent.registrar, own, [["Expires", String(seconds)]]);
    return new Promise((resolve) => this.#agent.ask(register, { final: resolve }));
  }

  async subscribe(
    number: string,
    seconds = 300,
    event: EventType = DIALOG,
    more: readonly Header[] = [],
  ): Promise<Watch> {
    const headers: readonly Header[] = [
      ...more,
      ["Event", event[0]],
      ["Accept", event[1]],
      ["Expires", String(seconds)],
    ];
    const uri = this.#agent.uri(number);
    const subscribe = this.#agent.compose("SUBSCRIBE", uri, uri, headers);
    const watch = new Watch(subscribe.headers.get("Call-ID") ?? "", event, (request) =>
      this.#inDialog(request, watch.dialog),
    );
    this.#watches.push(watch);
    await new Promise<void>((resolve) => {
      this.#agent.ask(subscribe, {
        final: (response, sent) => {
          watch.accepted(sent, response, this.#agent.contact);
          resolve();
        },
      });
    });
    return watch;
  }

  /** Resolves with the final answer; a 200 has been acknowledged then. `port`: where it would listen to audio. */
  call(
    number: string,
    direction: Direction = "sendrecv",
    headers: readonly Header[] = [],
    port = this.#mouth.address().port,
  ): Promise<PanelLeg> {
    const sdp = writeMedia(
      { host: "127.0.0.1", port, direction },
      { host: "127.0.0.1", session: 1, version: 1, name: "-" },
      "offer",
    );
    const uri = this.#agent.uri(number);
    const invite = this.#agent.compose("INVITE", uri, uri, [...headers, ["Content-Type", SDP]], sdp);
    return new Promise((resolve) => {
      let transaction: ClientTransaction | undefined;
      this.#agent.ask(invite, {
        sent: (latest) => {
          transaction = latest;
        },
        final: (response, sent) => {
          const leg = new PanelLeg(sent, response, this.#agent.contact, sdp, this.#mouth, (request) =>
            this.#inDialog(request, leg.dialog),
          );
          this.#legs.push(leg);
          if (transaction && response.status < 300) {
            this.#transactions.acknowledge(transaction, leg.dialog.ack(cseq(sent).number));
          }
          resolve(leg);
        },
      });
    });
  }

  #inDialog(request: Request, dialog: Dialog | undefined): Promise<Response> {
    return new Promise((resolve) => {
      if (!dialog) throw new Error(`${request.method} outside of a dialog`);
      this.#transactions.send(request, this.#agent.flow(dialog), { final: resolve });
    });
  }

  #receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const leg = this.#legs.find(({ dialog }) => dialog.owns(request));
    const callId = request.headers.get("Call-ID");
    const watch = this.#watches.find((one) => one.callId === callId);
    if (leg) leg.handle(transaction);
    else if (watch && request.method === "NOTIFY") watch.handle(transaction);
    else transaction.respond({ status: 481 });
  }
}

/** A call that the panel placed, from its final answer on. */
export class PanelLeg {
  readonly response: Response;
  readonly dialog: Dialog;
  /** Of a REFER: status, and whether the subscription ended with it. */
  readonly sipfrags: { readonly status: number; readonly final: boolean }[] = [];
  /** Reason headers of the BYE that came. */
  endedFor: readonly string[] | undefined;
  reinvited = 0;
  readonly #contact: Header;
  readonly #sdp: string;
  readonly #mouth: Socket;
  readonly #send: (request: Request) => Promise<Response>;

  constructor(
    sent: Request,
    response: Response,
    contact: Header,
    sdp: string,
    mouth: Socket,
    send: (request: Request) => Promise<Response>,
  ) {
    this.response = response;
    this.dialog = Dialog.answered(sent, response);
    this.#contact = contact;
    this.#sdp = sdp;
    this.#mouth = mouth;
    this.#send = send;
  }

  get media(): string {
    const media = readMedia(this.response.body);
    return `${media?.host}:${media?.port} ${media?.direction}`;
  }

  refer(target: string, headers: readonly Header[] = []): Promise<Response> {
    return this.#send(this.dialog.request("REFER", [this.#contact, ["Refer-To", `<${target}>`], ...headers]));
  }

  /** What names this leg to the PBX (RFC 3891 §6.1). */
  get replaces(): string {
    const { callId, localTag, remoteTag } = this.dialog;
    return `${callId};to-tag=${remoteTag};from-tag=${localTag}`;
  }

  /** One packet of audio to where the PBX wants it; from another socket it is a stranger's. */
  async speak(mouth = this.#mouth): Promise<void> {
    const media = readMedia(this.response.body);
    const packet = Buffer.alloc(172, 0xff);
    packet.writeUInt16BE(0x80_00);
    await new Promise((resolve) => mouth.send(packet, media?.port ?? 0, media?.host, resolve));
  }

  bye(): Promise<Response> {
    return this.#send(this.dialog.request("BYE"));
  }

  /** Waits for the last word on a REFER. */
  async referred(): Promise<number> {
    const final = (): number | undefined => this.sipfrags.find((frag) => frag.final)?.status;
    await expectSoon("the final sipfrag", () => final() !== undefined);
    return final() ?? 0;
  }

  handle(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (request.method === "INVITE") {
      this.reinvited++;
      transaction.respond({ status: 200, headers: [this.#contact, ["Content-Type", SDP]], body: this.#sdp });
      return;
    }
    transaction.respond({ status: 200 });
    if (request.method === "BYE") this.endedFor = request.headers.all("Reason");
    if (request.method === "NOTIFY") {
      const status = Number(/^SIP\/2\.0 (\d+)/.exec(request.body)?.[1]);
      const final = (request.headers.get("Subscription-State") ?? "").startsWith("terminated");
      this.sipfrags.push({ status, final });
    }
  }
}
