const HEAD_END = "\r\n\r\n";

/**
 * A message as it was on the wire, out of a text that has it with other line ends, or with more behind it. What is given and
 * returned has one character a byte. A sentence where it is not whole.
 */
export function restored(text: string): { readonly bytes: Buffer } | { readonly why: string } {
  const start = text.replace(/^\s+/, "");
  const lined = start.includes(HEAD_END) ? start : withLineEnds(start);
  if (lined === undefined) return { why: "a message without the empty line that ends its head" };
  const end = lined.indexOf(HEAD_END) + HEAD_END.length;
  const head = lined.slice(0, end);
  const wanted = Number(/^(?:Content-Length|l)[ \t]*:[ \t]*(\d+)/im.exec(head)?.[1] ?? 0);
  const body = bodyOf(lined.slice(end), wanted);
  if (body === undefined) {
    return { why: `a message cut short: its body has fewer than the ${wanted} bytes that its head says` };
  }
  return { bytes: Buffer.from(head + body, "latin1") };
}

/** Loggers and editors write one line end for both bytes of it. */
function withLineEnds(text: string): string | undefined {
  const [, head, body = ""] = /^(.+?)\n(?:\n(.*))?$/s.exec(text.replaceAll("\r\n", "\n")) ?? [];
  return head === undefined ? undefined : `${head.replaceAll("\n", "\r\n")}${HEAD_END}${body}`;
}

/** Of what stands behind the head. XML has its own line ends, parts of a multipart and SDP have SIP's. */
function bodyOf(text: string, length: number): string | undefined {
  if (text.length >= length && (text.includes("\r") || isEnd(text.slice(length)))) return text.slice(0, length);
  const long = text.replace(/\r?\n/g, "\r\n");
  if (long.length >= length && isEnd(long.slice(length))) return long.slice(0, length);
  return text.length >= length ? text.slice(0, length) : undefined;
}

const isEnd = (rest: string): boolean => rest.trim() === "";
