import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { sourceTowards } from "./address.ts";
import { isKeepalive } from "./barrier.ts";
import type { Head } from "./head.ts";
import { Retransmission } from "./retransmission.ts";
import type { Target } from "./target.ts";
import { TcpDetour } from "./tcp-detour.ts";
import { SipTransport, type TransportOptions } from "./transport.ts";
import { type Endpoint, responseTarget, withoutZone } from "./via.ts";

/** Room for the burst of NOTIFYs that follows on a PBX's restart while we are busy: Linux holds 900 in it, by itself 90. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;
/** For 200 of them, as the kernel counts: 2304 bytes each, however short. */
const ENOUGH_BYTES = 200 * 2304;
/** Errors of sending after which this socket reaches nobody: cable out, address changed. */
const FATAL = new Set(["ENETUNREACH", "ENETDOWN", "EHOSTUNREACH", "EADDRNOTAVAIL", "EINVAL"]);

/**
 * SIP in datagrams, with the retransmission that they need. Bound to the one address that the route to the PBX has: when that
 * changes, sending fails and the connection is lost, where a Contact that reaches nobody would look alive. Datagrams
 * from elsewhere than the PBX's addresses are dropped and never answered. Requests that are too big take a detour.
 */
export class UdpTransport extends SipTransport {
  readonly protocol = "UDP";
  readonly #retransmission: Retransmission;
  #detour: TcpDetour | undefined;
  #socket: Socket | undefined;
  #peer: Endpoint | undefined;
  #peers: ReadonlySet<string> = new Set();
  #hasToldOfBuffer = false;

  constructor(options: TransportOptions) {
    super(options);
    this.#retransmission = new Retransmission(options.clock, (bytes, head) => {
      this.#put(bytes, head).catch(() => undefined);
    });
  }

  protected async open(target: Target): Promise<Endpoint> {
    const { localAddress, localPort, steadyPort } = this.options;
    const source = localAddress ?? (await sourceTowards(target.address, target.port));
    const socket =
      localPort === undefined && steadyPort !== undefined
        ? await bound(source, steadyPort).catch(() => bound(source, 0))
        : await bound(source, localPort ?? 0);
    this.#widen(socket);
    socket.on("error", (error) => this.lost(error));
    socket.on("message", (bytes, from) => this.#take(bytes, from));
    this.#socket = socket;
    this.#peer = target;
    this.#peers = this.targets.addresses;
    this.#detour = new TcpDetour(this.options, target, {
      message: (text) => this.onMessage?.(text),
      alive: () => this.alive(),
    });
    return { address: source, port: socket.address().port };
  }

  protected async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#retransmission.clear();
    const detour = this.#detour;
    this.#detour = undefined;
    const closed = socket && new Promise<void>((resolve) => socket.close(resolve));
    await Promise.all([closed, detour?.close()]);
  }

  protected async write(bytes: Buffer, head: Head): Promise<void> {
    if (this.#detour?.wants(bytes, head) && (await this.#detour.send(bytes, head))) return;
    if (!this.#socket) throw new Error("The UDP socket is closed.");
    this.#retransmission.sent(bytes, head);
    await this.#put(bytes, head);
  }

  protected override absorbed(head: Head): boolean {
    return this.#retransmission.absorbs(head);
  }

  #take(bytes: Buffer, from: Endpoint): void {
    if (!this.#peers.has(withoutZone(from.address))) this.barrier.drop("foreign", { from: from.address });
    else if (isKeepalive(bytes)) this.alive();
    else this.receive(bytes, from);
  }

  /** A system that grants less is good enough for all but bursts: what is lost then comes again after half a second. */
  #widen(socket: Socket): void {
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    } catch {
      // Some refuse what others cut down.
    }
    const bytes = socket.getRecvBufferSize();
    if (bytes >= ENOUGH_BYTES || this.#hasToldOfBuffer) return;
    this.#hasToldOfBuffer = true;
    this.options.log.info(
      { bytes },
      `Small receive buffer. On Linux: sysctl net.core.rmem_max=${RECEIVE_BUFFER_BYTES}`,
    );
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
      resolve(socket);
    });
  });
}
