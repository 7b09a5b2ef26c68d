import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { SipTransport } from "../../../firmware/sip/transport/transport.ts";
import type { Peer } from "../../contract/transport-bench.ts";

/** The PBX's end of SIP over UDP, as bare as it gets; it can lose what comes. */
export class UdpPeer implements Peer {
  readonly host: string;
  readonly got: string[] = [];
  /** True: this datagram never arrived. */
  loses: (message: string) => boolean = () => false;
  readonly #socket: Socket;

  private constructor(host: string, socket: Socket) {
    this.host = host;
    this.#socket = socket;
    socket.on("message", (bytes) => {
      const message = bytes.toString();
      if (!this.loses(message)) this.got.push(message);
    });
  }

  static async open(host: string, port = 0): Promise<UdpPeer> {
    const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
    socket.bind(port, host);
    await once(socket, "listening");
    return new UdpPeer(host, socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(bytes: string | Buffer, to: SipTransport): void {
    this.#socket.send(bytes, to.localPort ?? 0, to.localAddress);
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }
}
