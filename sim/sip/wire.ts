import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { type Datagrams, type OpenDatagrams, udp as openUdp } from "./datagrams.ts";
import { type Message, parse, serialise } from "./message.ts";
import { StreamFramer } from "./stream-framer.ts";
import { stampSource } from "./via.ts";

/** Where a message came from, and where its answers go. */
export interface Flow {
  readonly transport: "udp" | "tcp";
  readonly host: string;
  readonly port: number;
}

/** Every message as it goes over the wire, for tests and for people. */
export type Trace = (direction: "in" | "out", text: string, flow: Flow) => void;

export interface WireOptions {
  /** Address to bind. */
  readonly host: string;
  /** 0 or absent: one that is free. */
  readonly port?: number;
  /** Listen on TCP as well, on the same port. */
  readonly tcp?: boolean;
  readonly trace?: Trace;
  /** Makes the UDP socket. */
  readonly datagrams?: OpenDatagrams | undefined;
  /** Given all that is to leave; what `pass` is called with does. */
  readonly outgoing?: (message: Message, pass: (message: Message) => void) => void;
}

/** Ports that are free on UDP but not on TCP, before giving up. */
const PORT_TRIES = 20;

/** SIP on one port, UDP and TCP: sends and receives whole messages, knows nothing of transactions. */
export class Wire {
  /** Deaf and mute, as a machine that hangs: the sockets stay, nothing comes of what they receive. */
  silent = false;
  readonly #options: WireOptions;
  readonly #connections = new Map<string, Socket>();
  #listener: (message: Message, flow: Flow) => void = () => undefined;
  #udp: Datagrams | undefined;
  #tcp: Server | undefined;
  #port = 0;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  /** Set before start(). */
  onMessage(listener: (message: Message, flow: Flow) => void): void {
    this.#listener = listener;
  }

  get host(): string {
    return this.#options.host;
  }

  get port(): number {
    return this.#port;
  }

  /** TCP connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  async start(): Promise<void> {
    for (let tries = 1; ; tries++) {
      const udp = (this.#options.datagrams ?? openUdp)();
      try {
        udp.bind(this.#options.port ?? 0, this.#options.host);
        await once(udp, "listening");
        this.#port = udp.address().port;
        if (this.#options.tcp) this.#tcp = await this.#listen(this.#port);
      } catch (error) {
        udp.close();
        if (this.#options.port || tries === PORT_TRIES) throw error;
        continue;
      }
      udp.on("message", (bytes: Buffer, { address, port }: AddressInfo) => {
        this.#receive(bytes, { transport: "udp", host: address, port });
      });
      // A datagram to a phone that is gone comes back as an error here; its transaction times out by itself.
      udp.on("error", () => undefined);
      this.#udp = udp;
      return;
    }
  }

  /** Closes everything at once; nothing more is sent or received. */
  async stop(): Promise<void> {
    const { udp, tcp } = { udp: this.#udp, tcp: this.#tcp };
    this.#udp = undefined;
    this.#tcp = undefined;
    for (const socket of this.#connections.values()) socket.destroy();
    this.#connections.clear();
    const closed = [udp, tcp].filter((socket) => socket !== undefined).map((socket) => once(socket, "close"));
    udp?.close();
    tcp?.close();
    await Promise.all(closed);
  }

  /** `failed` tells, later, that it cannot have arrived. Over UDP most losses are not seen. */
  send(message: Message, flow: Flow, failed: () => void = () => undefined): void {
    const { outgoing } = this.#options;
    const pass = (one: Message): void => this.#transmit(one, flow, failed);
    if (outgoing) outgoing(message, pass);
    else pass(message);
  }

  #transmit(message: Message, flow: Flow, failed: () => void): void {
    if (this.silent || this.#udp === undefined) return;
    const bytes = serialise(message);
    this.#options.trace?.("out", bytes.toString(), flow);
    if (flow.transport === "udp") {
      this.#udp.send(bytes, flow.port, flow.host, (error) => {
        if (error) failed();
      });
      return;
    }
    const socket = this.#connections.get(key(flow)) ?? this.#adopt(connect(flow.port, flow.host), flow);
    socket.write(bytes, (error) => {
      if (error) failed();
    });
  }

  async #listen(port: number): Promise<Server> {
    const server = createServer((socket) => {
      const { remoteAddress: host, remotePort } = socket;
      if (host === undefined || remotePort === undefined) socket.destroy();
      else this.#adopt(socket, { transport: "tcp", host, port: remotePort });
    });
    server.listen(port, this.#options.host);
    await once(server, "listening");
    return server;
  }

  #adopt(socket: Socket, flow: Flow): Socket {
    const framer = new StreamFramer();
    this.#connections.set(key(flow), socket);
    socket.setNoDelay(true);
    socket.on("data", (chunk) => {
      try {
        for (const bytes of framer.push(chunk)) this.#receive(bytes, flow);
      } catch {
        socket.destroy();
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (this.#connections.get(key(flow)) === socket) this.#connections.delete(key(flow));
    });
    return socket;
  }

  #receive(bytes: Buffer, flow: Flow): void {
    if (this.silent || this.#udp === undefined) return;
    const message = parse(bytes);
    if (message === undefined) return;
    this.#options.trace?.("in", bytes.toString(), flow);
    if (message.kind === "request") stampSource(message, flow.host, flow.port);
    this.#listener(message, flow);
  }
}

const key = (flow: Flow): string => `${flow.host}:${flow.port}`;
