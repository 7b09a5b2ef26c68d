import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { addressesOf, plainAddress, sourceTowards } from "./address.ts";
import type { Head } from "./head.ts";
import { Retransmission } from "./retransmission.ts";
import { SipTransport, type TransportOptions } from "./transport.ts";
import { type Endpoint, responseTarget, withoutZone } from "./via.ts";

/** Room for the burst of NOTIFYs that follows on a PBX's restart while we are busy. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;
const LINE_ENDS_ONLY = /^[\r\n\0]{1,8}$/;
/** Errors of sending after which this socket reaches nobody: cable out, address changed. */
const FATAL = new Set(["ENETUNREACH", "ENETDOWN", "EHOSTUNREACH", "EADDRNOTAVAIL", "EINVAL"]);

/**
 * SIP in datagrams, with the retransmission that they need. Bound to the one address that the route to the PBX has: when that
 * changes, sending fails and the connection is lost, where a Contact that reaches nobody would look alive. Datagrams
 * from elsewhere than the PBX's addresses are dropped and never answered.
 */
export class UdpTransport extends SipTransport {
  readonly protocol = "UDP";
  readonly #retransmission: Retransmission;
  #socket: Socket | undefined;
  #peer: Endpoint;
  #peers: ReadonlySet<string> = new Set();

  constructor(options: TransportOptions) {
    super(options);
    this.#peer = { address: options.host, port: options.port };
    this.#retransmission = new Retransmission(options.clock, (bytes, head) => {
      this.#put(bytes, head).catch(() => undefined);
    });
  }

  protected async open(signal: AbortSignal): Promise<Endpoint> {
    const { host, port, localAddress, localPort = 0 } = this.options;
    const addresses = await addressesOf(host, localAddress, signal);
    const [address] = addresses;
    const source = localAddress ?? (await sourceTowards(address, port));
    const socket = await bound(source, localPort);
    socket.on("error", (error) => this.lost(error));
    socket.on("message", (bytes, from) => this.#take(bytes, from));
    this.#socket = socket;
    this.#peer = { address, port };
    this.#peers = new Set(addresses.map(plainAddress));
    return { address: source, port: socket.address().port };
  }

  protected async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#retransmission.clear();
    if (socket) await new Promise<void>((resolve) => socket.close(resolve));
  }

  protected write(bytes: Buffer, head: Head): Promise<void> {
    this.#retransmission.sent(bytes, head);
    return this.#put(bytes, head);
  }

  protected override absorbed(head: Head): boolean {
    return this.#retransmission.absorbs(head);
  }

  #take(bytes: Buffer, from: Endpoint): void {
    if (!this.#peers.has(withoutZone(from.address))) this.barrier.drop("foreign", { from: from.address });
    else if (bytes.length <= 8 && LINE_ENDS_ONLY.test(bytes.toString("latin1"))) this.alive();
    else this.receive(bytes, from);
  }

  /** One datagram: a request to the PBX, a response to where its request came from. */
  #put(bytes: Buffer, head: Head): Promise<void> {
    const socket = this.#socket;
    const target = head.isResponse ? responseTarget(head.topVia) : this.#peer;
    if (!socket || !target) return Promise.reject(new Error("No way to send this over UDP."));
    return new Promise((resolve, reject) => {
      socket.send(bytes, target.port, target.address, (error) => {
        if (!error) return resolve();
        if ("code" in error && FATAL.has(String(error.code))) {
          this.lost(new Error(`no way there from ${this.localAddress} any more (${error.code})`, { cause: error }));
        }
        reject(error);
      });
    });
  }
}

function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port }, () => {
      socket.removeAllListeners("error");
      try {
        socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
      } catch {
        // A system that refuses leaves its own size, which does unless many lines change at once.
      }
      resolve(socket);
    });
  });
}
