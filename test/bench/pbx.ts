import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { type CallState, dialogInfo } from "./dialog-info.ts";
import { now } from "./figures.ts";
import { presence } from "./presence.ts";
import { within } from "./wait.ts";

/** Event package. */
export type Package = "dialog" | "presence";

interface Watcher {
  readonly line: string;
  readonly event: Package;
  readonly address: RemoteInfo;
  /** What every NOTIFY to it begins with, up to the branch, and what follows that. */
  readonly before: string;
  readonly after: string;
  sequence: number;
  version: number;
}

export interface Notified {
  readonly sent: number;
  /** When the 200 was here. */
  readonly answered: Promise<number>;
}

/**
 * As much of a PBX as a load generator needs: it takes every REGISTER, SUBSCRIBE and OPTIONS, refuses every INVITE as busy,
 * and sends NOTIFYs. No SIP stack: texts are cut and glued, so that the time measured is that of the other side.
 */
export class BenchPbx {
  /** When the first SUBSCRIBE was here. */
  subscribedAt: number | undefined;
  /** Requests so far that want nothing but an answer. */
  keepalives = 0;
  readonly #package: Package;
  readonly #initial: (line: string) => CallState;
  readonly #socket: Socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  readonly #watchers = new Map<string, Watcher>();
  readonly #unanswered = new Map<string, (at: number) => void>();
  #invited: ((at: number) => void) | undefined;
  #port = 0;
  #notifies = 0;
  #tellings = 0;
  readonly #told: { readonly lines: number; readonly done: (at: number) => void }[] = [];

  /**
   * @param changes the package that tells of changes; the other tells once, at its SUBSCRIBE
   * @param initial what a line is at its SUBSCRIBE
   */
  constructor(changes: Package, initial: (line: string) => CallState) {
    this.#package = changes;
    this.#initial = initial;
  }

  async start(): Promise<number> {
    this.#socket.on("message", (bytes, from) => this.#take(bytes.toString("latin1"), from, now()));
    this.#socket.bind(0, "127.0.0.1");
    await once(this.#socket, "listening");
    this.#port = this.#socket.address().port;
    return this.#port;
  }

  stop(): void {
    this.#socket.close();
  }

  /** When so many lines are watched by the package that tells of changes, and each first NOTIFY was answered. */
  allTold(lines: number, limit: number): Promise<number> {
    return within(`${lines} lines told`, (done) => this.#told.push({ lines, done }), limit);
  }

  notify(line: string, state: CallState): Notified {
    const watcher = this.#watchers.get(line);
    if (!watcher) throw new Error(`nobody watches ${line}`);
    return this.#tell(watcher, state);
  }

  /** When the next INVITE is here. */
  nextInvite(): Promise<number> {
    return within("an INVITE", (done) => {
      this.#invited = done;
    });
  }

  #take(text: string, from: RemoteInfo, at: number): void {
    if (text.startsWith("SIP/2.0 ")) this.#answer(text, at);
    else if (text.startsWith("INVITE ")) {
      this.#invited?.(at);
      this.#invited = undefined;
      this.#send(reply(text, "486 Busy Here", ""), from);
    } else if (!text.startsWith("ACK ")) {
      const contact = header(text, "Contact") || "<sip:127.0.0.1>";
      if (text.startsWith("OPTIONS ")) this.keepalives++;
      this.#send(reply(text, "200 OK", `Contact: ${contact}\r\nExpires: 600\r\n`), from);
      if (!text.startsWith("SUBSCRIBE ")) return;
      this.subscribedAt ??= at;
      const first = !header(text, "To").includes(";tag=");
      if (first) this.#subscribed(text, from);
    }
  }

  #answer(text: string, at: number): void {
    const branch = /;branch=(z9hG4bKbench\d+)/.exec(text)?.[1] ?? "";
    const answered = this.#unanswered.get(branch);
    if (!answered) return;
    if (!text.startsWith("SIP/2.0 200")) throw new Error(`a NOTIFY was refused: ${text.split("\r\n", 1)[0]}`);
    this.#unanswered.delete(branch);
    answered(at);
  }

  #subscribed(text: string, address: RemoteInfo): void {
    const line = /^SUBSCRIBE sip:([^@]+)@/.exec(text)?.[1] ?? "";
    const target = /<([^>]+)>/.exec(header(text, "Contact"))?.[1] ?? "";
    const event: Package = header(text, "Event").startsWith("presence") ? "presence" : "dialog";
    const before = `NOTIFY ${target} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${this.#port};rport;branch=`;
    const after = [
      "",
      `From: ${tagged(header(text, "To"))}`,
      `To: ${header(text, "From")}`,
      `Contact: <sip:127.0.0.1:${this.#port}>`,
      `Call-ID: ${header(text, "Call-ID")}`,
      `Event: ${event}`,
      "Subscription-State: active;expires=599",
      "Allow-Events: presence, dialog, message-summary, refer",
      "Max-Forwards: 70",
      "User-Agent: bench",
      `Content-Type: application/${event === "presence" ? "pidf" : "dialog-info"}+xml`,
      "CSeq: ",
    ].join("\r\n");
    const watcher: Watcher = { line, event, address, before, after, sequence: 100, version: 0 };
    if (event === this.#package) this.#watchers.set(line, watcher);
    const told = (at: number): void => {
      if (event !== this.#package) return;
      this.#tellings++;
      for (const { lines, done } of this.#told) if (this.#tellings === lines) done(at);
    };
    // A failure shows in what waits for all of them.
    this.#tell(watcher, this.#initial(line)).answered.then(told, () => undefined);
  }

  #tell(watcher: Watcher, state: CallState): Notified {
    const { line, event } = watcher;
    const branch = `z9hG4bKbench${++this.#notifies}`;
    const body =
      event === "presence" ? presence(line, state, this.#port) : dialogInfo(line, state, watcher.version++, this.#port);
    const text = `${watcher.before}${branch}${watcher.after}${++watcher.sequence} NOTIFY\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const answered = within<number>(`the 200 of line ${line}`, (done) => this.#unanswered.set(branch, done));
    const bytes = Buffer.from(text, "latin1");
    const sent = now();
    this.#send(bytes, watcher.address);
    return { sent, answered };
  }

  #send(bytes: Buffer | string, { port, address }: RemoteInfo): void {
    this.#socket.send(bytes, port, address);
  }
}

function header(text: string, name: string): string {
  return new RegExp(`\\r\\n${name}: *([^\\r]*)`, "i").exec(text)?.[1] ?? "";
}

const tagged = (to: string): string => (to.includes(";tag=") ? to : `${to};tag=bench`);

function reply(request: string, status: string, more: string): string {
  const same = ["Via", "From", "Call-ID", "CSeq"].map((name) => `${name}: ${header(request, name)}\r\n`).join("");
  return `SIP/2.0 ${status}\r\n${same}To: ${tagged(header(request, "To"))}\r\n${more}Content-Length: 0\r\n\r\n`;
}
