import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { pem } from "../transport/certs.ts";

export const USER = "admin";
export const PASSWORD = "correct horse";

/** A request as it came: "GET /dial?to=**101", and how it proved itself. */
export interface Heard {
  readonly line: string;
  readonly authorization: string | undefined;
}

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** The remote control of a desk phone, as a web server of the test's. */
export class HttpPhone {
  readonly heard: Heard[] = [];
  behave: Behaviour = answering(200);
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #scheme: "http" | "https";

  /** @param certificate a file of certs: then over https */
  constructor(certificate?: string) {
    const listener: RequestListener = (request, response) => {
      this.heard.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization });
      this.behave(request, response);
    };
    this.#scheme = certificate === undefined ? "http" : "https";
    this.#server =
      certificate === undefined
        ? createServer(listener)
        : createSecureServer({ cert: pem(certificate), key: pem("pbx.key") }, listener);
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, "close");
  }

  get connections(): number {
    return this.#sockets.size;
  }

  url(path: string, host = "127.0.0.1"): string {
    return `${this.#scheme}://${host}:${(this.#server.address() as AddressInfo).port}${path}`;
  }
}

/** The same for every request, with a page for people that has no end. */
export function answering(status: number, headers: Readonly<Record<string, string | string[]>> = {}): Behaviour {
  return (_, response) => {
    response.writeHead(status, headers).flushHeaders();
    response.write("<html>");
  };
}

/** Lets in who knows the password, in one of the ways that the challenges name. */
export function asking(challenges: readonly string[], password = PASSWORD): Behaviour {
  return (request, response) => {
    const { authorization = "" } = request.headers;
    if (proves(authorization, request.url ?? "", password)) answering(200)(request, response);
    else answering(401, { "WWW-Authenticate": [...challenges] })(request, response);
  };
}

function proves(authorization: string, uri: string, password: string): boolean {
  if (authorization.startsWith("Basic ")) {
    return Buffer.from(authorization.slice(6), "base64").toString("utf8") === `${USER}:${password}`;
  }
  const field = (name: string) => new RegExp(`\\b${name}=(?:"([^"]*)"|([^,\\s]+))`).exec(authorization);
  const value = (name: string) => field(name)?.[1] ?? field(name)?.[2] ?? "";
  const hash = value("algorithm") === "SHA-256" ? "sha256" : "md5";
  const h = (text: string) => createHash(hash).update(text, "utf8").digest("hex");
  const a1 = h(`${USER}:${value("realm")}:${password}`);
  const a2 = h(`GET:${uri}`);
  const wanted = h(`${a1}:${value("nonce")}:${value("nc")}:${value("cnonce")}:auth:${a2}`);
  return value("uri") === uri && value("response") === wanted;
}
