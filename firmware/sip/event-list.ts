import { parseContentType } from "./content-type.ts";
import type { Part } from "./multipart.ts";
import { parseMultipart } from "./multipart.ts";
import { type ListInfo, parseListInfo, type Resource } from "./rlmi.ts";

/** What is known of a list: who is in it. What its members do is kept by whoever is told. */
export interface KnownList {
  readonly version: number;
  /** By URI. */
  readonly members: ReadonlyMap<string, KnownMember>;
}

type KnownMember =
  | { readonly kind: "line"; readonly silent?: string }
  | { readonly kind: "list"; readonly list: KnownList };

/** How a member stands after a NOTIFY of its list. */
export type Standing =
  /** This NOTIFY holds its state. `fresh`: whatever was told before counts for nothing. */
  | { readonly kind: "told"; readonly contentType: string; readonly body: string; readonly fresh: boolean }
  /** What was told before still stands, if there was anything. */
  | { readonly kind: "kept" }
  /** What was told before may have changed since, in a NOTIFY that was lost. */
  | { readonly kind: "doubtful" }
  /** The list names it and does not vouch for it; `why` stands between the names of the two: "says nothing of". */
  | { readonly kind: "silent"; readonly why: string };

export type FoldedList =
  | {
      readonly ok: true;
      readonly list: KnownList;
      /** Something was lost: full state has to be asked for by a refresh. */
      readonly gap: boolean;
      /** Everybody who is in the list now, those of lists within it too, by URI. */
      readonly members: ReadonlyMap<string, Standing>;
    }
  /** `problem` never holds text of the body, which may name callers. */
  | { readonly ok: false; readonly problem: string };

const LIST_INFO = "application/rlmi+xml";
/** Lists within lists: a department, its teams, their members. */
const MAX_DEPTH = 4;

/**
 * Takes one NOTIFY body into what is known of a list (RFC 4662 §5.6). Bodies come in the order of their CSeq.
 *
 * A full one is believed whatever its version is: it needs nothing that came before, and Asterisk counts from 0 again
 * when it takes a subscription up after a restart. A partial one is believed for the members that it names; if it does
 * not follow the last version, the others are in doubt.
 */
export function foldList(known: KnownList | undefined, contentType: string, body: string): FoldedList {
  const folding = new Folding();
  const list = folding.fold(known, { id: undefined, contentType, body }, 1);
  if (typeof list === "string") return { ok: false, problem: list };
  return { ok: true, list, gap: folding.gap, members: folding.members };
}

class Folding {
  gap = false;
  readonly members = new Map<string, Standing>();

  /** The list as it is known now, or what is wrong with the body. */
  fold(known: KnownList | undefined, { contentType, body }: Part, depth: number): KnownList | string {
    const multipart = parseMultipart(contentType, body);
    if (!multipart.ok) return multipart.problem;
    const { root, byId } = multipart;
    if (parseContentType(root.contentType).type !== LIST_INFO) return "the body does not begin with a resource list";
    const parsed = parseListInfo(root.body);
    if (!parsed.ok) return parsed.problem;
    const { info } = parsed;

    const members = new Map<string, KnownMember>();
    if (!info.full) this.#keep(known, info, members);
    for (const resource of info.resources) {
      const member = this.#resource(known, resource, byId, info.full, depth);
      if (member !== undefined) members.set(resource.uri, member);
    }
    return { version: info.version, members };
  }

  /** Members that a partial list need not name. */
  #keep(known: KnownList | undefined, info: ListInfo, members: Map<string, KnownMember>): void {
    const follows = known !== undefined && info.version === known.version + 1;
    if (!follows) this.gap = true;
    for (const [uri, member] of known?.members ?? []) {
      members.set(uri, member);
      this.#stand(uri, member, follows ? "kept" : "doubtful");
    }
  }

  #stand(uri: string, member: KnownMember, kind: "kept" | "doubtful"): void {
    if (member.kind === "list") for (const [inner, one] of member.list.members) this.#stand(inner, one, kind);
    else if (member.silent !== undefined) this.members.set(uri, { kind: "silent", why: member.silent });
    else this.members.set(uri, { kind });
  }

  #resource(
    known: KnownList | undefined,
    resource: Resource,
    byId: ReadonlyMap<string, Part>,
    fresh: boolean,
    depth: number,
  ): KnownMember | undefined {
    const { uri } = resource;
    const part = stateOf(resource, byId);
    if (typeof part === "string") {
      this.members.set(uri, { kind: "silent", why: part });
      return { kind: "line", silent: part };
    }
    if (parseContentType(part.contentType).type === "multipart/related") {
      const before = known?.members.get(uri);
      return this.#innerList(uri, before?.kind === "list" ? before.list : undefined, part, depth);
    }
    this.members.set(uri, { kind: "told", contentType: part.contentType, body: part.body, fresh });
    return { kind: "line" };
  }

  /** A list as a member: with a table and versions of its own (RFC 4662 §5.6). */
  #innerList(uri: string, before: KnownList | undefined, part: Part, depth: number): KnownMember | undefined {
    if (before !== undefined) this.#forget(before);
    const list = depth < MAX_DEPTH ? this.fold(before, part, depth + 1) : "the lists are too deep in each other";
    if (typeof list !== "string") return { kind: "list", list };
    this.gap = true;
    if (before === undefined) return undefined;
    const member: KnownMember = { kind: "list", list: before };
    this.#stand(uri, member, "doubtful");
    return member;
  }

  /** What stood of the members before says nothing now. */
  #forget({ members }: KnownList): void {
    for (const [uri, member] of members) {
      this.members.delete(uri);
      if (member.kind === "list") this.#forget(member.list);
    }
  }
}

/** The part that holds a member's state, or why there is none that can be believed. */
function stateOf({ instances }: Resource, byId: ReadonlyMap<string, Part>): Part | string {
  const [instance, another] = instances;
  if (instance === undefined) return "does not know the state of";
  // Each has a state of its own, and nothing tells which of them a lamp should show.
  if (another !== undefined) return "tells of several phones under";
  if (instance.state === "pending") return "is not yet allowed to tell the state of";
  // The last state may come along; it is as old as that of a subscription that has ended.
  if (instance.state !== "active") return `no longer tells (${instance.reason ?? "without a reason"}) the state of`;
  const part = instance.cid === undefined ? undefined : byId.get(instance.cid);
  // An empty part may be one that was cut off; that a line has no calls is said in words.
  return part === undefined || part.body.trim() === "" ? "says nothing of" : part;
}
