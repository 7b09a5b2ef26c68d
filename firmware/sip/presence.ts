import type { SaxesTagNS } from "saxes";
import type { Presence } from "../domain/line-state.ts";
import type { CompanionEvent, Parsed } from "./companion.ts";
import { Refusal, readXml, type XmlReader } from "./xml.ts";

const NAMESPACE = "urn:ietf:params:xml:ns:pidf";
/** Asterisk's words for a phone that takes no further call (device_state_busy_at): closed as well, but there. */
const ENGAGED = "on the phone";

/** Presence of the phone of a line (RFC 3856). */
export const PRESENCE: CompanionEvent<Presence> = {
  event: "presence",
  accept: "application/pidf+xml",
  parse: parsePresence,
  lack: (line) => `${line} looks idle also where no phone is registered`,
};

/** Reads one application/pidf+xml document (RFC 3863 §4.1). Never throws, whatever the text is. */
export function parsePresence(text: string): Parsed<Presence> {
  const reader = new Reader();
  const problem = readXml(text, reader);
  return problem === undefined ? { ok: true, value: reader.value } : { ok: false, problem };
}

class Reader implements XmlReader {
  /** The open elements; what is of another namespace has no name. */
  readonly #path: string[] = [];
  #text = "";
  #open = false;
  #closed = false;
  #engaged = false;

  /** A tuple is one device, or one registration: where one is open, there is a phone. */
  get value(): Presence | undefined {
    if (this.#open) return "open";
    if (!this.#closed) return undefined;
    return this.#engaged ? "open" : "closed";
  }

  open(tag: SaxesTagNS): void {
    this.#path.push(tag.uri === NAMESPACE ? tag.local : "");
    this.#text = "";
    if (this.#path.length === 1 && this.#path[0] !== "presence") throw new Refusal("the document is not a presence");
  }

  text(piece: string): void {
    this.#text += piece;
  }

  close(): void {
    const place = this.#path.join(" ");
    const text = this.#text.trim().toLowerCase();
    this.#path.pop();
    this.#text = "";
    if (place === "presence tuple status basic") {
      this.#open ||= text === "open";
      this.#closed ||= text === "closed";
    } else if (place === "presence note" || place === "presence tuple note") {
      this.#engaged ||= text === ENGAGED;
    }
  }
}
