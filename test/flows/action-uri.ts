import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";

/** Whose phone it is: what a request to dial looks like there. */
export type Vendor = "yealink" | "snom";

/** How it treats a request that is well and allowed. */
export type ActionTrouble = "none" | "says nothing" | "closes" | "forbids" | "fails";

export interface ActionUriOptions {
  readonly vendor: Vendor;
  /** None where absent. */
  readonly login?: { readonly user: string; readonly password: string; readonly scheme: "basic" | DigestHash };
  /** HTTPS where present; PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Makes the phone dial; the answer is given when it has. */
  readonly dial: (number: string) => Promise<void>;
  /** Makes it transfer its call without asking; a phone that cannot, where absent. */
  readonly transfer?: (number: string) => Promise<void>;
}

type Verb = "dial" | "transfer";

type DigestHash = "MD5" | "SHA-256";

const REALM = "phone";

/** By Yealink's "Action URI" and Snom's "Control the phone" pages. */
const urls: Readonly<Record<Vendor, Readonly<Partial<Record<Verb, string>>>>> = {
  yealink: { dial: "/servlet?key=number=", transfer: "/servlet?key=BTrans=" },
  snom: { dial: "/command.htm?number=" },
};

/**
 * The remote control that a desk phone has by HTTP, beside a phone that has none: Yealink's `GET /servlet?key=number=**101`,
 * Snom's `GET /command.htm?number=**101`, without authentication, or by Basic (RFC 7617) or Digest (RFC 7616).
 */
export class ActionUri {
  /** Every request that came, as "GET /… 200": the status it was answered with, or what was done instead. */
  readonly requests: string[] = [];
  /** Everything that the phone was made to do: "dial **101". */
  readonly done: string[] = [];
  trouble: ActionTrouble = "none";
  readonly #options: ActionUriOptions;
  readonly #server: Server;
  /** The highest count used of each nonce given out (RFC 7616 §3.4, nc). */
  readonly #nonces = new Map<string, number>();

  constructor(options: ActionUriOptions) {
    this.#options = options;
    const heard = (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response);
    this.#server = options.tls ? createTlsServer(options.tls, heard) : createServer(heard);
  }

  /** `http://127.0.0.1:8080`, once started. */
  get origin(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the phone's HTTP server is not started");
    return `${this.#options.tls ? "https" : "http"}://${address.address}:${address.port}`;
  }

  /** What a person would write into the settings, the number as a blank. */
  template(verb: Verb): string {
    const url = urls[this.#options.vendor][verb];
    if (url === undefined) throw new Error(`no ${this.#options.vendor} phone is told to ${verb} by one URL`);
    return `${this.origin}${url}{number}`;
  }

  async start(host = "127.0.0.1"): Promise<void> {
    this.#server.listen(0, host);
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** From now on no nonce that was given out before is taken: it is stale. */
  forgetNonces(): void {
    this.#nonces.clear();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const end = (status: number, headers: Record<string, string> = {}): void => {
      this.requests.push(`${method} ${url} ${status}`);
      response.writeHead(status, headers).end();
    };
    const challenge = this.#challenge(request);
    if (challenge !== undefined) return end(401, { "WWW-Authenticate": challenge });
    if (method !== "GET") return end(405);
    const order = this.#orderIn(url);
    if (order === undefined) return end(404);
    switch (this.trouble) {
      case "says nothing":
        this.requests.push(`${method} ${url} unanswered`);
        return;
      case "closes":
        this.requests.push(`${method} ${url} closed`);
        request.socket.destroy();
        return;
      case "forbids": // Its allow-list does not name the panel.
        return end(403);
      case "fails":
        return end(500);
    }
    this.done.push(`${order.verb} ${order.number}`);
    await order.act(order.number).then(
      () => end(200),
      () => end(500),
    );
  }

  #orderIn(url: string): { verb: Verb; number: string; act: (number: string) => Promise<void> } | undefined {
    const { vendor, dial, transfer } = this.#options;
    for (const [verb, act] of [
      ["dial", dial],
      ["transfer", transfer],
    ] as const) {
      const start = urls[vendor][verb];
      if (start === undefined || act === undefined || !url.startsWith(start)) continue;
      const number = decodeURIComponent(url.slice(start.length).replace(/&.*/, ""));
      return number === "" ? undefined : { verb, number, act };
    }
    return undefined;
  }

  /** What to ask for; undefined where the request proves who sent it. */
  #challenge({ method = "", url = "", headers }: IncomingMessage): string | undefined {
    const { login } = this.#options;
    if (login === undefined) return undefined;
    const { user, password, scheme } = login;
    const given = headers.authorization ?? "";
    if (scheme === "basic") {
      const proof = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
      return equal(given, proof) ? undefined : `Basic realm="${REALM}", charset="UTF-8"`;
    }
    const fields = digestFields(given);
    const hash = (text: string): string =>
      createHash(scheme === "MD5" ? "md5" : "sha256")
        .update(text)
        .digest("hex");
    const { nonce = "", nc = "", cnonce = "", qop, uri, response = "" } = fields;
    const [proof, asked] = [hash(`${user}:${REALM}:${password}`), hash(`${method}:${url}`)];
    const right = equal(response, hash(`${proof}:${nonce}:${nc}:${cnonce}:auth:${asked}`));
    const mine = fields.username === user && fields.realm === REALM && uri === url && qop === "auth";
    const used = this.#nonces.get(nonce);
    const count = Number.parseInt(nc, 16);
    if (mine && right && used !== undefined && count > used) {
      this.#nonces.set(nonce, count);
      return undefined;
    }
    const fresh = randomBytes(16).toString("hex");
    this.#nonces.set(fresh, 0);
    // RFC 7616 §3.3: the password was right, only the nonce is none any more.
    const stale = mine && right ? ", stale=true" : "";
    return `Digest realm="${REALM}", qop="auth", algorithm=${scheme}, nonce="${fresh}"${stale}`;
  }
}

function digestFields(header: string): Readonly<Record<string, string>> {
  if (!/^Digest\s/i.test(header)) return {};
  const all = header.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g);
  return Object.fromEntries([...all].map(([, name = "", quoted, plain = ""]) => [name, quoted ?? plain]));
}

function equal(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
