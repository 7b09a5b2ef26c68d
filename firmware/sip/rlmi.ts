import type { SaxesTagNS } from "saxes";
import { attribute, Refusal, readXml, type XmlReader } from "./xml.ts";

/** One notifier of a resource (RFC 4662 §5.5). */
export interface Instance {
  readonly id: string;
  /** `other`: a state that RFC 4662 does not know. */
  readonly state: "active" | "pending" | "terminated" | "other";
  /** Why it is terminated, in lower case. */
  readonly reason?: string;
  /** Content-ID of the part that tells its state. */
  readonly cid?: string;
}

/** One member of a list (RFC 4662 §5.3). */
export interface Resource {
  readonly uri: string;
  readonly name?: string;
  /** None: its state is not known to the notifier. */
  readonly instances: readonly Instance[];
}

/** What a notifier says of a list, the states of its members apart (RFC 4662 §5.2). */
export interface ListInfo {
  readonly uri: string;
  readonly version: number;
  /** It names every member. */
  readonly full: boolean;
  readonly name?: string;
  readonly resources: readonly Resource[];
}

export type ParsedListInfo =
  | { readonly ok: true; readonly info: ListInfo }
  /** `problem` never holds text of the document. */
  | { readonly ok: false; readonly problem: string };

const NAMESPACE = "urn:ietf:params:xml:ns:rlmi";
const TRUE = new Set(["true", "1"]);
const FALSE = new Set(["false", "0"]);

type Growing<T> = { -readonly [K in keyof T]: T[K] };

/** Reads one application/rlmi+xml document. Never throws, whatever the text is. */
export function parseListInfo(text: string): ParsedListInfo {
  const reader = new Reader();
  const wrong = readXml(text, reader);
  if (wrong !== undefined) return { ok: false, problem: wrong };
  if (reader.list === undefined) return { ok: false, problem: "the document is empty" };
  return { ok: true, info: { ...reader.list, resources: reader.resources } };
}

/** Elements of other names and namespaces are skipped with all that is in them. */
class Reader implements XmlReader {
  list: Growing<Omit<ListInfo, "resources">> | undefined;
  readonly resources: Resource[] = [];
  /** The open elements; what is skipped has no name. */
  readonly #path: string[] = [];
  #resource: Growing<Omit<Resource, "instances">> | undefined;
  #instances: Instance[] = [];
  #text = "";

  open(tag: SaxesTagNS): void {
    this.#path.push(tag.uri === NAMESPACE ? tag.local : "");
    this.#text = "";
    if (this.#path.length === 1) this.list = listOf(tag);
    else if (this.#at("list resource")) {
      this.#resource = { uri: required(tag, "uri", "a member of the list") };
      this.#instances = [];
    } else if (this.#at("list resource instance")) this.#instances.push(instanceOf(tag));
  }

  text(piece: string): void {
    this.#text += piece;
  }

  close(): void {
    const name = this.#text.trim();
    if (this.#at("list name") && this.list !== undefined) this.list.name ??= name;
    else if (this.#at("list resource name") && this.#resource !== undefined) this.#resource.name ??= name;
    else if (this.#at("list resource") && this.#resource !== undefined) {
      this.resources.push({ ...this.#resource, instances: this.#instances });
      this.#resource = undefined;
    }
    this.#path.pop();
    this.#text = "";
  }

  #at(place: string): boolean {
    return this.#path.join(" ") === place;
  }
}

function listOf(tag: SaxesTagNS): Omit<ListInfo, "resources"> {
  if (tag.uri !== NAMESPACE || tag.local !== "list") throw new Refusal("the document is not a resource list");
  const version = attribute(tag, "version") ?? "";
  if (!/^\d{1,10}$/.test(version)) throw new Refusal("the list has no usable version");
  const full = attribute(tag, "fullState")?.toLowerCase() ?? "";
  // Guessing it would make members vanish, or stay that are gone.
  if (!TRUE.has(full) && !FALSE.has(full)) throw new Refusal("the list does not say whether it is full");
  return { uri: required(tag, "uri", "the list"), version: Number(version), full: TRUE.has(full) };
}

function instanceOf(tag: SaxesTagNS): Instance {
  const state = attribute(tag, "state")?.toLowerCase();
  const reason = attribute(tag, "reason")?.toLowerCase();
  const cid = attribute(tag, "cid");
  return {
    id: attribute(tag, "id") ?? "",
    state: state === "active" || state === "pending" || state === "terminated" ? state : "other",
    ...(reason !== undefined && { reason }),
    ...(cid !== undefined && { cid }),
  };
}

function required(tag: SaxesTagNS, name: string, of: string): string {
  const value = attribute(tag, name);
  if (value === undefined) throw new Refusal(`${of} has no ${name}`);
  return value;
}
