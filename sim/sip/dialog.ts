import { parseAddress, tagOf } from "./address.ts";
import { newCseq } from "./ids.ts";
import { cseq, type Request, type Response, request } from "./message.ts";
import type { Replaces } from "./replaces.ts";

interface DialogState {
  readonly callId: string;
  /** Our From from now on, with tag. */
  readonly local: string;
  /** Our To from now on, with tag. */
  readonly remote: string;
  readonly target: string;
  readonly routes: readonly string[];
  readonly cseq: number;
}

/** Identity, route and numbering of one dialog, seen from our side (RFC 3261 §12). */
export class Dialog {
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  readonly routes: readonly string[];
  /** Where requests go: their Contact, as last heard. */
  target: string;
  /** Number of our last request. */
  cseq: number;

  constructor(state: DialogState) {
    this.callId = state.callId;
    this.local = state.local;
    this.remote = state.remote;
    this.target = state.target;
    this.routes = state.routes;
    this.cseq = state.cseq;
  }

  /** The dialog that our answer to `incoming`, with this To-tag, makes (§12.1.1). `address` as in responseTo(). */
  static answering(incoming: Request, localTag: string, address = (value: string): string => value): Dialog {
    return new Dialog({
      callId: incoming.headers.get("Call-ID") ?? "",
      local: `${address(incoming.headers.get("To") ?? "")};tag=${localTag}`,
      remote: address(incoming.headers.get("From") ?? ""),
      target: contactOf(incoming) ?? "",
      routes: incoming.headers.all("Record-Route"),
      cseq: newCseq(),
    });
  }

  /** The dialog that `response` to our request makes (§12.1.2). */
  static answered(outgoing: Request, response: Response): Dialog {
    return new Dialog({
      callId: outgoing.headers.get("Call-ID") ?? "",
      local: outgoing.headers.get("From") ?? "",
      remote: response.headers.get("To") ?? "",
      target: contactOf(response) ?? outgoing.uri,
      routes: [...response.headers.all("Record-Route")].reverse(),
      cseq: cseq(outgoing).number,
    });
  }

  get localTag(): string {
    return tagOf(this.local) ?? "";
  }

  get remoteTag(): string {
    return tagOf(this.remote) ?? "";
  }

  /** The next request in it. */
  request(method: string, headers: readonly (readonly [string, string])[] = [], body = ""): Request {
    this.cseq++;
    return this.#build(method, this.cseq, headers, body);
  }

  /** For a 2xx to our INVITE of that number (§13.2.2.4). */
  ack(number: number): Request {
    return this.#build("ACK", number, [], "");
  }

  /** Its Contact moves the dialog along (§12.2.1.2, §12.2.2). */
  refresh(message: Request | Response): void {
    this.target = contactOf(message) ?? this.target;
  }

  /** Whether that request of theirs was sent in this dialog. */
  owns(incoming: Request): boolean {
    const { headers } = incoming;
    return (
      headers.get("Call-ID") === this.callId &&
      tagOf(headers.get("To")) === this.localTag &&
      tagOf(headers.get("From")) === this.remoteTag
    );
  }

  /** Whether it is the dialog that a Replaces names (RFC 3891 §3). */
  isNamedBy({ callId, toTag, fromTag }: Replaces): boolean {
    return callId === this.callId && toTag === this.localTag && fromTag === this.remoteTag;
  }

  /** Loose routing only (§12.2.1.1). */
  #build(method: string, number: number, headers: readonly (readonly [string, string])[], body: string): Request {
    return request(
      method,
      this.target,
      [
        ...this.routes.map((route) => ["Route", route] as const),
        ["From", this.local],
        ["To", this.remote],
        ["Call-ID", this.callId],
        ["CSeq", `${number} ${method}`],
        ...headers,
      ],
      body,
    );
  }
}

export function contactOf(message: Request | Response): string | undefined {
  return parseAddress(message.headers.get("Contact") ?? "")?.uri;
}
