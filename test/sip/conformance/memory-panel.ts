import { Secret } from "../../../firmware/domain/secret.ts";
import type { Cancel } from "../../../firmware/hal/clock.ts";
import type { Agent, LegEvents, Notify, RequestSpec, Response, Unsolicited } from "../../../firmware/sip/agent.ts";
import { Dispatch } from "../../../firmware/sip/dispatch.ts";
import { Exchange } from "../../../firmware/sip/exchange.ts";
import { installGrammar } from "../../../firmware/sip/grammar.ts";
import { Leg, type LegHost } from "../../../firmware/sip/leg.ts";
import { type Draft, VIA_PLACEHOLDER } from "../../../firmware/sip/message.ts";
import { Stack, widenBranches } from "../../../firmware/sip/stack.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { RecordingLog } from "../../recording-log.ts";
import { RawMessage } from "../raw/raw-message.ts";
import { MemoryTransport } from "./memory-transport.ts";

/**
 * The panel's SIP as a user agent joins it, on a wire in memory and a clock that moves by hand: barrier, retransmission,
 * sip.js, dispatch, exchanges and legs are the real ones.
 */
export class MemoryPanel implements Agent {
  readonly aor = "sip:panel1@192.0.2.1";
  readonly contact = "<sip:panel1@192.0.2.7:40123>";
  readonly mediaAddress = "192.0.2.7";
  readonly up = true;
  readonly clock = new ManualClock();
  readonly log = new RecordingLog();
  readonly transport: MemoryTransport;
  readonly stack: Stack;
  /** Call-ID and From tag of the next dialogs, where a test wants them to be certain ones. */
  readonly identities: { callId: string; tag: string }[] = [];
  readonly #dispatch: Dispatch;
  readonly #account = { user: "panel1", password: new Secret("pwpanel1") };
  #tag = "";
  #ids = 0;

  constructor(protocol: "UDP" | "TCP" = "UDP") {
    this.transport = new MemoryTransport(protocol, {
      clock: this.clock,
      log: this.log,
      viaPlaceholder: VIA_PLACEHOLDER,
    });
    this.stack = new Stack(this.transport, this.aor);
    this.#dispatch = new Dispatch(this.stack);
  }

  static async open(protocol: "UDP" | "TCP" = "UDP"): Promise<MemoryPanel> {
    installGrammar();
    widenBranches();
    const panel = new MemoryPanel(protocol);
    panel.transport.onMessage = (text) => panel.#dispatch.receive(text);
    await panel.transport.connect();
    return panel;
  }

  close(): void {
    this.stack.reset();
    void this.transport.disconnect();
  }

  /** Every message that went out, read. */
  get sent(): RawMessage[] {
    return this.transport.sent.map((text) => new RawMessage(text));
  }

  /** One of them, counted from 0. */
  sentAt(index: number): RawMessage {
    return new RawMessage(this.transport.sent[index] ?? "");
  }

  /** The newest request of that method. */
  last(method: string): RawMessage {
    const found = this.sent.findLast((message) => message.method === method);
    if (found === undefined) throw new Error(`no ${method} was sent`);
    return found;
  }

  arrive(message: string | Buffer): void {
    this.transport.arrive(typeof message === "string" ? Buffer.from(message, "utf8") : message);
  }

  onLink(): Cancel {
    return () => undefined;
  }

  uri(user: string): string {
    return `sip:${user}@192.0.2.1:5060`;
  }

  newCallId(): string {
    const { callId, tag } = this.identities.shift() ?? { callId: `call-${++this.#ids}`, tag: `tag-${this.#ids}` };
    this.#tag = tag;
    return callId;
  }

  /** Asked for right after the Call-ID that it belongs to. */
  newTag(): string {
    return this.#tag;
  }

  request(spec: RequestSpec, final: (response: Response) => void): void {
    const { identity, target, to = target, method, headers, body } = spec;
    const { callId, localTag, remoteTag, routes } = identity;
    let { cseq } = identity;
    const draft = { method, target, from: this.aor, to, callId, localTag, remoteTag, routes, headers, body };
    this.#exchange(draft, () => cseq++, final);
  }

  claim(callId: string, handle: (notify: Notify) => void): Cancel {
    return this.#dispatch.claim(callId, handle);
  }

  onUnsolicited(event: string, listener: (notify: Unsolicited) => void): Cancel {
    return this.#dispatch.onUnsolicited(event, listener);
  }

  invite(target: string, headers: readonly string[], sdp: string, events: LegEvents): Leg {
    const spec = { callId: this.newCallId(), localTag: this.newTag(), target, routes: [], headers, sdp };
    const host: LegHost = {
      clock: this.clock,
      stack: this.stack,
      account: this.#account,
      aor: this.aor,
      contact: this.contact,
      up: true,
      onLink: () => () => undefined,
      exchange: (draft, nextCseq, final) => this.#exchange(draft, nextCseq, final),
      release: () => leave(),
    };
    const leg = new Leg(host, spec, events);
    const leave = this.#dispatch.own(spec.callId, spec.localTag, leg);
    leg.start();
    return leg;
  }

  #exchange(draft: Omit<Draft, "cseq">, nextCseq: () => number, final: (response: Response) => void): void {
    new Exchange(this.stack, this.#account, draft, nextCseq, final).start();
  }
}
