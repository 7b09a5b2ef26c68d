import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { RemoteControl } from "../../domain/settings.ts";
import type { Cancel } from "../../hal/clock.ts";
import { type Asked, Credentials } from "../credentials.ts";

/** The answer: an HTTP status, or 0 and why there is none. */
export type Obeyed = (code: number, why?: string) => void;

/**
 * One request to the phone's own HTTP interface, with the credentials that it asks for: Digest (RFC 7616), and Basic
 * (RFC 7617) only where it offers no Digest. Over https the phone has to prove itself; nothing switches that off, no
 * variable either. Redirects are not followed: what they lead to was not configured. It waits until it is cancelled: how
 * long an answer is worth waiting for is its owner's to say.
 *
 * @param url a template, with {number} for what is to be dialled
 * @param obeyed called at most once, never inside this call, and not after the request was cancelled
 */
export function askPhone(remote: RemoteControl, url: string, number: string, obeyed: Obeyed): Cancel {
  const target = new URL(url.replaceAll("{number}", () => encodeURIComponent(number)));
  const exchange = new Exchange(remote, target, obeyed);
  exchange.start();
  return () => exchange.cancel();
}

class Exchange {
  readonly #remote: RemoteControl;
  readonly #target: URL;
  readonly #credentials: Credentials | undefined;
  #obeyed: Obeyed | undefined;
  #basic = false;
  #request: ClientRequest | undefined;

  constructor(remote: RemoteControl, target: URL, obeyed: Obeyed) {
    const { user, password } = remote;
    this.#remote = remote;
    this.#target = target;
    this.#obeyed = obeyed;
    this.#credentials = user === undefined || password === undefined ? undefined : new Credentials({ user, password });
  }

  start(): void {
    const { ca } = this.#remote;
    const trust = { rejectUnauthorized: true, minVersion: "TLSv1.2", ...(ca !== undefined && { ca }) } as const;
    const options = { headers: this.#headers(), agent: false, ...trust } as const;
    const send = this.#target.protocol === "https:" ? httpsRequest : httpRequest;
    const request = send(this.#target, options);
    this.#request = request;
    request.on("response", (response) => this.#answered(request, response));
    request.on("error", (error) => {
      // That of a request which was answered with a challenge says nothing of the next one.
      if (request === this.#request) this.#finish(0, sentence(error, this.#target));
    });
    request.end();
  }

  cancel(): void {
    this.#obeyed = undefined;
    this.#request?.destroy();
  }

  #answered(request: ClientRequest, response: IncomingMessage): void {
    const code = response.statusCode ?? 0;
    if (code === 401 && this.#grant(challengesOf(response))) this.start();
    else this.#finish(code);
    // What else it has to say is a page for people.
    request.destroy();
  }

  /** Whether another try makes sense. A password that was refused by Digest is not sent in the clear. */
  #grant(asked: readonly Asked[]): boolean {
    if (!this.#credentials || this.#basic) return false;
    const digests = asked.filter(({ value }) => /^digest\s/i.test(value));
    if (digests.length > 0) return this.#credentials.take(digests);
    this.#basic = asked.some(({ value }) => /^basic\b/i.test(value));
    return this.#basic;
  }

  #headers(): Record<string, string> {
    const { user = "", password } = this.#remote;
    if (this.#basic && password) {
      const pair = Buffer.from(`${user}:${password.reveal()}`).toString("base64");
      return { Authorization: `Basic ${pair}` };
    }
    const path = `${this.#target.pathname}${this.#target.search}`;
    const lines = this.#credentials?.headers("GET", path, "") ?? [];
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), wired(line)]));
  }

  #finish(code: number, why?: string): void {
    const obeyed = this.#obeyed;
    this.#obeyed = undefined;
    if (why === undefined) obeyed?.(code);
    else obeyed?.(code, why);
  }
}

/** The value of a header line, as Node takes it: a character for each byte of its UTF-8. */
const wired = (line: string): string => Buffer.from(line.slice(line.indexOf(":") + 2), "utf8").toString("latin1");

/** One header may hold several challenges only in theory: no phone does it, and the grammar is ambiguous (RFC 9110 §11.6.1). */
function challengesOf(response: IncomingMessage): Asked[] {
  const { rawHeaders } = response;
  return rawHeaders.flatMap((name, i): Asked[] => {
    if (i % 2 === 1 || name.toLowerCase() !== "www-authenticate") return [];
    return [{ by: "WWW-Authenticate", value: rawHeaders[i + 1] ?? "" }];
  });
}

/** Names the host, and nothing of the path: it may hold a number that was dialled. */
function sentence(error: Error, { protocol, host }: URL): string {
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  return `${protocol}//${host} cannot be asked: ${error.message || "connection failed"}${code}`;
}
