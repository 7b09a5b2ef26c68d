import { parseDialogInfo } from "../../firmware/sip/dialog-info.ts";
import { parseChallenge } from "../../firmware/sip/digest.ts";
import { foldList } from "../../firmware/sip/event-list.ts";
import { parseMessageSummary } from "../../firmware/sip/message-summary.ts";
import { parsePresence } from "../../firmware/sip/presence.ts";
import { parseListInfo } from "../../firmware/sip/rlmi.ts";
import { parseSubscriptionState } from "../../firmware/sip/subscription-state.ts";
import { Watcher } from "../../firmware/sip/watcher.ts";
import { MemoryPanel } from "../sip/conformance/memory-panel.ts";
import type { RawMessage } from "../sip/raw/raw-message.ts";
import type { Mutant } from "./mutator.ts";
import type { Random } from "./random.ts";

const MULTIPART = 'multipart/related;type="application/rlmi+xml";boundary=b';
/** How far time moves behind an input: now and then to a retry, or to a refresh. */
const STEPS: readonly [number, ...number[]] = [0, 0, 0, 5, 700, 100_000];
const SDP = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";

/** A panel with a subscription of every kind and a call, over datagrams or over a stream, that is told nonsense. */
export class Target {
  readonly panel: MemoryPanel;
  readonly watchers: readonly Watcher[];
  /** What was thrown through to the barrier, and is not sip.js's. */
  readonly thrown: unknown[] = [];
  /** Our newest request of each kind, by what a corpus file calls it: dialog, presence, message-summary, list, call. */
  readonly #requests = new Map<string, RawMessage>();
  #read = 0;
  #count = 0;
  #inCall = false;

  private constructor(panel: MemoryPanel) {
    const parts = { agent: panel, clock: panel.clock, log: panel.log, random: () => 0.5 };
    const wishes = () => ({ presence: true, mailbox: "101", longestRing: 60_000 });
    this.panel = panel;
    this.watchers = [new Watcher(parts, ["101"], wishes), new Watcher(parts, ["102", "103"], () => ({}), "blflist")];
  }

  static async open(protocol: "UDP" | "TCP"): Promise<Target> {
    const target = new Target(await MemoryPanel.open(protocol));
    target.#listenToThrows();
    for (const watcher of target.watchers) watcher.start();
    target.#settle();
    return target;
  }

  close(): void {
    for (const watcher of this.watchers) void watcher.stop();
    this.panel.close();
  }

  /** One input, wherever it belongs. Throws what nothing may throw. */
  take({ seed, bytes }: Mutant, random: Random): void {
    this.#count++;
    if (seed.endsWith(".sip")) {
      const filled = this.#filled(bytes);
      if (this.panel.transport.protocol === "UDP") this.panel.arrive(filled);
      else for (const chunk of cut(filled, random)) this.panel.arrive(chunk);
      this.panel.clock.advance(random.pick(STEPS));
      this.#settle();
    } else {
      read(bytes.toString("utf8"));
    }
  }

  /** What a corpus file leaves open: "@dialog.call@" is the Call-ID of the subscription to a line's dialogs. */
  #filled(bytes: Buffer): Buffer {
    const text = bytes.toString("latin1").replace(/@([a-z-]+)(?:\.([a-z]+))?@/g, (all, name: string, part?: string) => {
      if (name === "n") return String(this.#count);
      const request = this.#requests.get(name);
      if (request === undefined) return all;
      if (part === "call") return request.header("Call-ID");
      if (part === "tag") return request.tag("From");
      if (part === "via") return request.header("Via");
      return part === "cseq" ? request.header("CSeq") : all;
    });
    const body = text.indexOf("\r\n\r\n") + 4;
    return Buffer.from(text.replace("@length@", body < 4 ? "0" : String(text.length - body)), "latin1");
  }

  /** The PBX does its part: subscriptions and the call are granted, as they would be between two pieces of nonsense. */
  #settle(): void {
    if (!this.#inCall) this.#call();
    for (; this.#read < this.panel.transport.sent.length; this.#read++) {
      const message = this.panel.sentAt(this.#read);
      if (message.status > 0 || message.method === "ACK") continue;
      const name = nameOf(message);
      this.#requests.set(name, message);
      this.panel.arrive(granted(message, name));
    }
  }

  #call(): void {
    this.#inCall = true;
    const over = (): void => {
      this.#inCall = false;
    };
    const leg = this.panel.invite("sip:*80102@192.0.2.1", [], SDP, {
      accepted: () => leg.refer("sip:**101@192.0.2.1", () => undefined),
      rejected: over,
      sipfrag: () => undefined,
      ended: over,
    });
  }

  #listenToThrows(): void {
    const { transport } = this.panel;
    const handle = transport.onMessage;
    transport.onMessage = (text) => {
      try {
        handle?.(text);
      } catch (error) {
        if (!isKnown(error)) this.thrown.push(error);
        throw error;
      }
    };
  }
}

/** Everything that reads text from the network, on the same text. */
function read(text: string): void {
  parseDialogInfo(text, true);
  parsePresence(text);
  parseMessageSummary(text);
  parseListInfo(text);
  const list = foldList(undefined, MULTIPART, text);
  if (list.ok) foldList(list.list, MULTIPART, text);
  parseChallenge(text);
  parseSubscriptionState(text);
}

function nameOf(request: RawMessage): string {
  if (request.method !== "SUBSCRIBE") return request.method === "INVITE" ? "call" : request.method.toLowerCase();
  return request.uri.includes("blflist") ? "list" : request.header("Event");
}

function granted(request: RawMessage, name: string): string {
  const to = request.header("To");
  return [
    "SIP/2.0 200 OK",
    ...request.headers("Via").map((via) => `Via: ${via}`),
    `From: ${request.header("From")}`,
    `To: ${to.includes(";tag=") ? to : `${to};tag=pbx`}`,
    `Call-ID: ${request.header("Call-ID")}`,
    `CSeq: ${request.header("CSeq")}`,
    `Contact: <sip:${name}@192.0.2.1:5060>`,
    "Expires: 120",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

/** sip.js cannot read the message, or stumbled over it where it is known to: that is what the barrier is for. */
function isKnown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.message === "sip.js cannot read this message") return true;
  const [, place = ""] = (error.stack ?? "").split(/\n\s+at /);
  return place.includes("sip.js");
}

function* cut(bytes: Buffer, random: Random): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random.below(bytes.length);
    yield bytes.subarray(at, end);
    at = end;
  }
}
