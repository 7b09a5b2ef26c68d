import { isIP, type Socket, Socket as TcpSocket } from "node:net";
import { connect } from "node:tls";
import type { TlsSettings } from "../../domain/settings.ts";
import { SetupError } from "./connect-error.ts";
import type { Target } from "./target.ts";
import { tlsSentence } from "./tls-error.ts";

export interface LocalEnd {
  readonly localAddress?: string;
  readonly localPort?: number;
}

/** A TCP connection to a place. Gives it up with `signal.reason` once that is aborted. */
export function dialTcp(
  { address, port }: Target,
  { localAddress, localPort }: LocalEnd,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = new TcpSocket();
  const connected = settled(socket, "connect", signal);
  socket.connect({
    host: address,
    port,
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(localPort === undefined ? {} : { localPort }),
  });
  // Not as an option of connect(): Node 20 takes no notice of it there, and an ACK then holds up what follows by 40 ms.
  return connected.then(() => socket.setNoDelay(true));
}

/**
 * TLS on a TCP connection. The other side has to prove that it is `host`, as it is configured and whatever DNS made of that
 * (RFC 5922 §7): to the CAs of `tls`, or else to those that Node knows. Nothing switches that off, no variable either.
 */
export async function secure(socket: Socket, host: string, tls: TlsSettings, signal: AbortSignal): Promise<Socket> {
  const { ca, cert, key } = tls;
  try {
    const secured = connect({
      socket,
      host,
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key: key.reveal() }),
    });
    await settled(secured, "secureConnect", signal);
    return secured;
  } catch (error) {
    socket.destroy();
    throw new SetupError((there, waited) => tlsSentence(there, host, waited, error), error);
  }
}

/** Resolves with the event, rejects with an error or the signal's reason; the socket is gone then. */
function settled(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const giveUp = () => socket.destroy(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    socket.once("close", () => {
      signal.removeEventListener("abort", giveUp);
      reject(new Error("closed by the PBX"));
    });
    socket.once("error", reject);
    socket.once(event, () => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    });
  });
}
