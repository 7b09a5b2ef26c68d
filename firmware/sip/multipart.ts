import { parseContentType } from "./content-type.ts";

export interface Part {
  /** Content-ID without its angle brackets; undefined where there is none. */
  readonly id: string | undefined;
  /** Content-Type, whole; "" where there is none. */
  readonly contentType: string;
  readonly body: string;
}

export type ParsedMultipart =
  | {
      readonly ok: true;
      /** The part that tells what the others are. */
      readonly root: Part;
      /** All of them, the root too, by their id. Of an id that comes twice, the first counts. */
      readonly byId: ReadonlyMap<string, Part>;
    }
  /** `problem` never holds text of the parts, which may name callers. */
  | { readonly ok: false; readonly problem: string };

/** As much as the transport lets in. */
const MAX_LENGTH = 64 * 1024;
/** The transport's 64 KB hold about 130 lines as Asterisk tells them, each a part. */
const MAX_PARTS = 500;

/**
 * Reads a multipart/related body (RFC 2387, RFC 2046 §5.1). Never throws, whatever the text is. Takes LF for CRLF, and a
 * body without its closing delimiter: what such a body lacks, its root names, so that nobody takes it for whole.
 * Transfer encodings are not undone; SIP carries 8 bits.
 */
export function parseMultipart(contentType: string, body: string): ParsedMultipart {
  const { type, parameters } = parseContentType(contentType);
  if (type !== "multipart/related") return problem("the body is not multipart/related");
  const boundary = parameters.get("boundary") ?? "";
  // RFC 2046 §5.1.1: 1 to 70 characters, the last one no space.
  if (boundary.trimEnd() === "" || boundary.length > 70) return problem("the body has no usable boundary");
  if (body.length > MAX_LENGTH) return problem("the body is over 64 KB");

  const parts: Part[] = [];
  for (const text of pieces(body, `--${boundary.trimEnd()}`)) {
    if (parts.length === MAX_PARTS) return problem(`the body has over ${MAX_PARTS} parts`);
    parts.push(partOf(text));
  }
  const byId = new Map<string, Part>();
  for (const part of parts) if (part.id !== undefined && !byId.has(part.id)) byId.set(part.id, part);

  // RFC 2387 §3.2: the first part, unless `start` names another.
  const start = parameters.get("start");
  const root = start === undefined ? parts[0] : byId.get(bare(start));
  if (root !== undefined) return { ok: true, root, byId };
  return problem(parts.length === 0 ? "the body has no parts" : "the body has no part where it is said to start");
}

/** What stands between the delimiter lines; what comes before the first and after the last belongs to nobody. */
function* pieces(body: string, delimiter: string): Generator<string> {
  let start: number | undefined;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && body[at - 1] !== "\n") continue;
    const after = at + delimiter.length;
    const last = body.startsWith("--", after);
    const next = last ? after : lineAfter(body, after);
    // The beginning of a longer delimiter: that of a list inside this one.
    if (next === undefined) continue;
    if (start !== undefined) yield body.slice(start, beforeLineEnd(body, at, start));
    if (last) return;
    start = next;
  }
  if (start !== undefined) yield body.slice(start);
}

/** Where the next line begins, if nothing but spaces is left on this one. */
function lineAfter(body: string, from: number): number | undefined {
  let at = from;
  while (body[at] === " " || body[at] === "\t") at++;
  if (body[at] === "\r") at++;
  if (at >= body.length) return body.length;
  return body[at] === "\n" ? at + 1 : undefined;
}

/** The line end before a delimiter is the delimiter's. */
function beforeLineEnd(body: string, delimiter: number, start: number): number {
  const end = body[delimiter - 2] === "\r" ? delimiter - 2 : delimiter - 1;
  return Math.max(start, end);
}

function partOf(text: string): Part {
  // A part without headers begins with an empty line.
  const none = /^\r?\n/.exec(text);
  const gap = none ?? /\r?\n\r?\n/.exec(text);
  if (gap === null) return { id: undefined, contentType: "", body: "" };
  const headers = none ? "" : text.slice(0, gap.index);
  const id = header(headers, "content-id");
  return {
    id: id === undefined ? undefined : bare(id),
    contentType: header(headers, "content-type") ?? "",
    body: text.slice(gap.index + gap[0].length),
  };
}

function header(headers: string, name: string): string | undefined {
  for (const line of headers.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0 && line.slice(0, colon).trim().toLowerCase() === name) return line.slice(colon + 1).trim();
  }
  return undefined;
}

/** `<x@y>` and `x@y` name the same part. */
function bare(id: string): string {
  return /^\s*<(.*)>\s*$/s.exec(id)?.[1] ?? id.trim();
}

function problem(text: string): ParsedMultipart {
  return { ok: false, problem: text };
}
