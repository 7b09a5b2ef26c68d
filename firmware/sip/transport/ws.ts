import type { Socket } from "node:net";
import { WebSocket } from "ws";
import type { TlsSettings } from "../../domain/settings.ts";
import { SetupError } from "./connect-error.ts";
import type { Connection, ConnectionEvents } from "./connection.ts";
import { type ConnectionOptions, ConnectionTransport } from "./connection-transport.ts";
import { dialTcp, secure } from "./dial.ts";
import type { Target } from "./target.ts";
import { uriHost } from "./via.ts";
import { WebSocketConnection } from "./ws-connection.ts";
import { HttpStatus, webSocketSentence } from "./ws-error.ts";

/** Where Asterisk has it. */
const PATH = "/ws";
/** RFC 7118 §4.1. */
const SUBPROTOCOL = "sip";
/** Longer than the barrier lets in, so that a message which is somewhat too long does not cost the connection. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

export interface WsOptions extends ConnectionOptions {
  /** Of the WebSocket at the PBX's web server; /ws by default. */
  readonly path?: string;
}

export interface WssOptions extends WsOptions {
  readonly tls?: TlsSettings;
}

/** SIP over a WebSocket (RFC 7118), and over one in TLS. */
abstract class WebSocketTransport extends ConnectionTransport {
  protected abstract override readonly options: WsOptions;

  protected async dial(target: Target, events: ConnectionEvents, signal: AbortSignal): Promise<Connection> {
    const { host, path = PATH } = this.options;
    const socket = await this.reach(target, signal);
    const url = `ws://${uriHost(host)}:${target.port}${path}`;
    try {
      return new WebSocketConnection(await upgraded(socket, url, signal), socket, events);
    } catch (error) {
      socket.destroy();
      throw new SetupError((there, waited) => webSocketSentence(there, path, waited, error), error);
    }
  }

  /** The connection that the WebSocket goes over. */
  protected reach(target: Target, signal: AbortSignal): Promise<Socket> {
    return dialTcp(target, this.options, signal);
  }
}

export class WsTransport extends WebSocketTransport {
  readonly protocol = "WS";
  protected override readonly options: WsOptions;

  constructor(options: WsOptions) {
    super(options);
    this.options = options;
  }
}

export class WssTransport extends WebSocketTransport {
  readonly protocol = "WSS";
  protected override readonly options: WssOptions;

  constructor(options: WssOptions) {
    super(options);
    this.options = options;
  }

  protected override async reach(target: Target, signal: AbortSignal): Promise<Socket> {
    const { host, tls = {} } = this.options;
    return secure(await super.reach(target, signal), host, tls, signal);
  }
}

/** A WebSocket on a connection that is there already, so that TCP and TLS are the same for all transports. */
function upgraded(socket: Socket, url: string, signal: AbortSignal): Promise<WebSocket> {
  const webSocket = new WebSocket(url, SUBPROTOCOL, {
    createConnection: () => socket,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
  });
  return new Promise<WebSocket>((resolve, reject) => {
    const giveUp = () => {
      reject(signal.reason);
      webSocket.terminate();
    };
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    webSocket.once("unexpected-response", (request, { statusCode = 0 }) => {
      reject(new HttpStatus(statusCode));
      request.destroy();
    });
    webSocket.on("error", reject);
    webSocket.once("open", () => {
      signal.removeEventListener("abort", giveUp);
      resolve(webSocket);
    });
    webSocket.once("close", () => signal.removeEventListener("abort", giveUp));
  });
}
