import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import { Inbox } from "./inbox.ts";
import { RawMessage } from "./raw-message.ts";

export interface RawReply {
  readonly headers?: readonly string[];
  readonly body?: string;
  /** Tag for To where the request has none; "pbx" by default, "" for none. */
  readonly tag?: string;
}

/**
 * The far end of a test: takes SIP text from a socket and sends SIP text, and knows nothing of its own but how to
 * answer OPTIONS, and not even that where `answersOptions` is false.
 */
export abstract class RawPbx {
  answersOptions = true;
  #obliging = false;
  /** What came, but for the OPTIONS that were answered by themselves. */
  readonly inbox = new Inbox<RawMessage>();
  /** How many OPTIONS came. */
  options = 0;
  port = 0;

  abstract readonly transport: "udp" | "tcp";
  abstract start(port?: number): Promise<void>;
  abstract stop(): Promise<void>;
  /** To whoever spoke last. */
  abstract send(text: string): void;

  request(method: string, within?: number): Promise<RawMessage> {
    return this.inbox.next((message) => message.method === method, within);
  }

  response(status: number, method: string, within?: number): Promise<RawMessage> {
    return this.inbox.next((message) => message.status === status && message.cseqMethod === method, within);
  }

  received(method: string): RawMessage[] {
    return this.inbox.all.filter((message) => message.method === method);
  }

  reply(to: RawMessage, status: number, { headers = [], body = "", tag = "pbx" }: RawReply = {}): void {
    const suffix = to.header("To").includes(";tag=") || tag === "" ? "" : `;tag=${tag}`;
    this.send(
      [
        `SIP/2.0 ${status} Reply`,
        ...to.headers("Via").map((via) => `Via: ${via}`),
        `From: ${to.header("From")}`,
        `To: ${to.header("To")}${suffix}`,
        `Call-ID: ${to.header("Call-ID")}`,
        `CSeq: ${to.header("CSeq")}`,
        ...headers,
        `Content-Length: ${Buffer.byteLength(body)}`,
        "",
        body,
      ].join("\r\n"),
    );
  }

  /** A request with the headers that every one has; `headers` come on top. */
  ask(
    method: string,
    uri: string,
    dialog: { callId: string; cseq: number; fromTag: string; toTag?: string; branch?: string },
    headers: readonly string[] = [],
    body = "",
  ): void {
    const { callId, cseq, fromTag, toTag, branch = `z9hG4bK${method}${cseq}${callId}` } = dialog;
    this.send(
      [
        `${method} ${uri} SIP/2.0`,
        `Via: SIP/2.0/${this.transport.toUpperCase()} 127.0.0.1:${this.port};branch=${branch};rport`,
        "Max-Forwards: 70",
        `From: <sip:pbx@127.0.0.1>;tag=${fromTag}`,
        `To: <sip:panel1@127.0.0.1>${toTag ? `;tag=${toTag}` : ""}`,
        `Call-ID: ${callId}`,
        `CSeq: ${cseq} ${method}`,
        ...headers,
        `Content-Length: ${Buffer.byteLength(body)}`,
        "",
        body,
      ].join("\r\n"),
    );
  }

  /** The test is over: every call that is or was ended may go. */
  oblige(): void {
    this.#obliging = true;
    for (const message of this.inbox.all) this.#letGo(message);
  }

  protected take(text: string): void {
    const message = new RawMessage(text);
    if (message.method === "OPTIONS") {
      this.options++;
      if (this.answersOptions) {
        this.reply(message, 200);
        return;
      }
    }
    this.inbox.push(message);
    if (this.#obliging) this.#letGo(message);
  }

  #letGo(message: RawMessage): void {
    if (message.method === "BYE" || message.method === "CANCEL") this.reply(message, 200);
    if (message.method === "INVITE") this.reply(message, 487);
  }
}

export class RawUdpPbx extends RawPbx {
  readonly transport = "udp";
  #socket: UdpSocket | undefined;
  #peer = { address: "127.0.0.1", port: 0 };

  async start(port = 0): Promise<void> {
    const socket = createSocket("udp4");
    socket.on("message", (bytes, from) => {
      this.#peer = from;
      this.take(bytes.toString("utf8"));
    });
    await new Promise<void>((resolve) => socket.bind(port, "127.0.0.1", resolve));
    this.#socket = socket;
    this.port = socket.address().port;
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) await new Promise<void>((resolve) => socket.close(resolve));
  }

  send(text: string): void {
    this.#socket?.send(text, this.#peer.port, this.#peer.address);
  }
}

export class RawTcpPbx extends RawPbx {
  readonly transport = "tcp";
  /** Connections taken so far. */
  connections = 0;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #last: Socket | undefined;

  async start(port = 0): Promise<void> {
    const server = createServer((socket) => {
      this.connections++;
      this.#last = socket;
      this.#sockets.add(socket);
      let unread: Buffer = Buffer.alloc(0);
      socket.on("data", (bytes) => {
        unread = this.#cut(Buffer.concat([unread, bytes]));
      });
      socket.on("error", () => undefined);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    this.#server = server;
    const address = server.address();
    this.port = typeof address === "object" && address ? address.port : 0;
  }

  /** As by a PBX that dies: connections are reset. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  send(text: string): void {
    this.#last?.write(text);
  }

  /** Takes whole messages off the front; returns what is left. */
  #cut(bytes: Buffer): Buffer {
    let rest = bytes;
    for (;;) {
      while (rest[0] === 13 || rest[0] === 10) rest = rest.subarray(1);
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) return rest;
      const length = Number(/\r\nContent-Length: *(\d+)/i.exec(rest.toString("latin1", 0, end + 2))?.[1] ?? 0);
      const whole = end + 4 + length;
      if (rest.length < whole) return rest;
      this.take(rest.toString("utf8", 0, whole));
      rest = rest.subarray(whole);
    }
  }
}
