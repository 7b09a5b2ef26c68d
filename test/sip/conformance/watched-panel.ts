import { Watcher } from "../../../firmware/sip/watcher.ts";
import type { RawMessage } from "../raw/raw-message.ts";
import { dialog, full } from "../watching.ts";
import { MemoryPanel } from "./memory-panel.ts";

/** Longest time that one message may hold up everything else. */
export const STALL_MS = 50;

export const CALL_ID = "watch-101";
export const OUR_TAG = "panel";
export const THEIR_TAG = "pbx";

/** A panel that watches line 101, which is idle, and the message that a test sends it. */
export class WatchedPanel {
  readonly panel: MemoryPanel;
  readonly watcher: Watcher;
  #cseq = 100;

  private constructor(panel: MemoryPanel) {
    this.panel = panel;
    this.watcher = new Watcher({ agent: panel, clock: panel.clock, log: panel.log, random: () => 0 }, ["101"]);
  }

  static async open(protocol: "UDP" | "TCP" = "UDP"): Promise<WatchedPanel> {
    const watched = new WatchedPanel(await MemoryPanel.open(protocol));
    watched.panel.identities.push({ callId: CALL_ID, tag: OUR_TAG });
    watched.watcher.start();
    watched.panel.arrive(watched.notify({ body: full(0) }));
    return watched;
  }

  get lamp(): string {
    return this.watcher.view("101").state;
  }

  /** A NOTIFY of the subscription, whose parts a test can say otherwise. */
  notify(parts: Partial<RequestParts> = {}): string {
    this.#cseq++;
    const from = `From: <sip:101@192.0.2.1>;tag=${THEIR_TAG}`;
    const to = `To: <sip:panel1@192.0.2.1>;tag=${OUR_TAG}`;
    const more = [
      "Event: dialog",
      "Subscription-State: active;expires=120",
      "Content-Type: application/dialog-info+xml",
    ];
    return requestText({
      method: "NOTIFY",
      from,
      to,
      callId: `Call-ID: ${CALL_ID}`,
      cseqNumber: this.#cseq,
      more,
      ...parts,
    });
  }

  /** Answers the newest SUBSCRIBE; `status` is a status line without its version. */
  answer(status: string, more: readonly string[] = [], tag = THEIR_TAG): void {
    const request = this.subscribe;
    const to = request.header("To");
    const copied = ["Via", "From", "Call-ID", "CSeq"].map((name) => `${name}: ${request.header(name)}`);
    const tagged = to.includes(";tag=") ? to : `${to};tag=${tag}`;
    this.panel.arrive(
      [`SIP/2.0 ${status}`, ...copied, `To: ${tagged}`, ...more, "Content-Length: 0", "", ""].join("\r\n"),
    );
  }

  /** The newest SUBSCRIBE. */
  get subscribe(): RawMessage {
    return this.panel.last("SUBSCRIBE");
  }

  /** Every SUBSCRIBE once, repetitions apart. */
  get subscribes(): RawMessage[] {
    const all = this.panel.sent.filter(({ method }) => method === "SUBSCRIBE");
    return [...new Map(all.map((one) => [one.branch, one])).values()];
  }

  /** Brings a NOTIFY; what it is answered with. */
  tell(parts: Partial<RequestParts> = {}): number {
    const before = this.panel.transport.sent.length;
    this.panel.arrive(this.notify(parts));
    return this.panel.sentAt(before).status;
  }

  /** Lets time pass until the next SUBSCRIBE, a repetition not counted; ms. */
  untilSubscribe(): number {
    const { clock } = this.panel;
    const start = clock.now();
    const { branch } = this.subscribe;
    while (this.subscribe.branch === branch && clock.next !== undefined && clock.now() - start < 4_000_000) {
      clock.advance(clock.next - clock.now());
    }
    return clock.now() - start;
  }

  /** Whether everything still works: 101 rings, and what is answered then. */
  stillWatches(): boolean {
    const before = this.panel.transport.sent.length;
    this.panel.arrive(this.notify({ body: full(4_000_000_000, dialog("early")) }));
    return this.lamp === "ringing" && this.panel.transport.sent[before]?.startsWith("SIP/2.0 200 ") === true;
  }

  async close(): Promise<void> {
    void this.watcher.stop();
    this.panel.close();
  }
}

/**
 * A challenge to the SUBSCRIBE that waits for its answer, whose parts a test can say otherwise: where it comes through,
 * the SUBSCRIBE goes out again.
 */
export function challenge({
  status = "401 Unauthorized",
  via = (sent: string) => sent,
  cseq,
  more = [],
}: {
  readonly status?: string;
  readonly via?: (sent: string) => string;
  readonly cseq?: string;
  readonly more?: readonly string[];
} = {}): (watched: WatchedPanel) => string {
  return ({ panel }) => {
    const request = panel.last("SUBSCRIBE");
    const copied = ["From", "To", "Call-ID"].map((name) => `${name}: ${request.header(name)}`);
    const asks = 'WWW-Authenticate: Digest realm="pbx", nonce="n1", qop="auth"';
    const lines = [`SIP/2.0 ${status}`, `Via: ${via(request.header("Via"))}`, ...copied];
    return [...lines, cseq ?? `CSeq: ${request.header("CSeq")}`, asks, ...more, "Content-Length: 0", "", ""].join(
      "\r\n",
    );
  };
}

/** A request in its parts; each but the last is a whole header line, or "" for none. */
export interface RequestParts {
  readonly method: string;
  readonly line: string;
  readonly via: string;
  readonly maxForwards: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseqNumber: number;
  readonly cseq: string;
  readonly more: readonly string[];
  readonly contentLength: string;
  readonly body: string;
}

let branches = 0;

export function requestText(parts: Partial<RequestParts> = {}): string {
  const { method = "INVITE", more = [], body = "", cseqNumber = 1 } = parts;
  const lines = [
    parts.line ?? `${method} sip:panel1@192.0.2.7:40123 SIP/2.0`,
    parts.via ?? `Via: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK-torture-${++branches}`,
    parts.maxForwards ?? "Max-Forwards: 70",
    parts.from ?? "From: <sip:caller@example.net>;tag=torture",
    parts.to ?? "To: <sip:panel1@example.com>",
    parts.callId ?? `Call-ID: torture-${branches}`,
    parts.cseq ?? `CSeq: ${cseqNumber} ${method}`,
    ...more,
    parts.contentLength ?? `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${lines.filter((line) => line !== "").join("\r\n")}\r\n\r\n${body}`;
}
