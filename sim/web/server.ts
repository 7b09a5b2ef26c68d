import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { KeyId } from "../../firmware/domain/key.ts";
import type { Feed } from "./feed.ts";
import { isLoopbackHost, isOwnOrigin } from "./gate.ts";
import type { Message } from "./message.ts";
import type { PageFile } from "./page-files.ts";
import { wishOf } from "./wish.ts";

export interface WebServerOptions {
  readonly feed: Feed;
  /** By path, `/` for the page itself. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** One that is free where absent. */
  readonly port?: number;
}

const ADDRESS = "127.0.0.1";
/** Where pages open their WebSocket. */
const LIVE = "/live";
/** No wish is longer. */
const LONGEST_WISH = 1024;
/** A page that takes nothing any more is let go when so much waits for it; it comes again by itself. */
const MOST_WAITING = 4_000_000;

/** Serves the page on loopback, and keeps every open page told over a WebSocket. */
export class WebServer {
  readonly #options: WebServerOptions;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_WISH });
  #server: Server | undefined;

  constructor(options: WebServerOptions) {
    this.#options = options;
  }

  /**
   * Resolves with the port.
   *
   * @throws Error where the port cannot be had
   */
  async start(): Promise<number> {
    const { feed, port = 0 } = this.#options;
    const server = createServer((request, response) => this.#answer(request, response));
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    server.listen(port, ADDRESS);
    try {
      await once(server, "listening");
    } catch (cause) {
      throw new Error(`the web panel cannot be served at ${ADDRESS}, port ${port}; --port takes another`, { cause });
    }
    feed.onMessage((message) => this.#tell(message));
    feed.start();
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets.clients) socket.terminate();
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method, url = "", headers } = request;
    const { host } = headers;
    const file = this.#options.files.get(url.split("?")[0] ?? "");
    if (!isLoopbackHost(host)) refuse(response, 403, "this page is for this machine alone");
    else if (method !== "GET" && method !== "HEAD") refuse(response, 405, "there is only GET here");
    else if (file === undefined) refuse(response, 404, "there is nothing here");
    else {
      const { type, body } = file;
      response.writeHead(200, { ...headersFor(host), "content-type": type, "content-length": body.length });
      response.end(method === "HEAD" ? undefined : body);
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { host, origin } = request.headers;
    socket.on("error", () => {});
    if (request.url !== LIVE || !isLoopbackHost(host) || !isOwnOrigin(origin, host)) {
      socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (live) => this.#welcome(live));
  }

  #welcome(live: WebSocket): void {
    const { feed } = this.#options;
    const closed = new Set<KeyId>();
    live.on("error", () => {});
    live.on("message", (data) => {
      const wish = wishOf(String(data));
      // Only a page that is not ours sends anything else, or sends anything where there is nothing to touch.
      if (wish === undefined || !feed.grant(wish)) live.close(1008, "not here");
      else if (wish.wish === "close") closed.add(wish.key);
      else if (wish.wish === "open") closed.delete(wish.key);
    });
    // A page that is gone has no finger on any key.
    live.on("close", () => {
      for (const key of closed) feed.grant({ wish: "open", key });
    });
    live.send(JSON.stringify(feed.hello));
  }

  #tell(message: Message): void {
    if (this.#sockets.clients.size === 0) return;
    const text = JSON.stringify(message);
    for (const live of this.#sockets.clients) {
      if (live.bufferedAmount > MOST_WAITING) live.terminate();
      else if (live.readyState === live.OPEN) live.send(text);
    }
  }
}

function headersFor(host: string): Readonly<Record<string, string>> {
  return {
    // Nothing from elsewhere, nothing inline. Safari does not count ws: as 'self'.
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      `connect-src 'self' ws://${host}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
  };
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
  response.end(`${why}\n`);
}
