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

/** Of what stands behind the head, in the first form that is as long as it has to be. */
function bodyOf(text: string, length: number): string | undefined {
  const forms = formsOf(text).filter((form) => form.length >= length);
  const form = forms.find((one) => one.slice(length).trim() === "") ?? forms[0];
  return form?.slice(0, length);
}

/** Where line ends were lost: XML has its own, SDP and sipfrag have SIP's, and a multipart has both. */
function formsOf(text: string): readonly string[] {
  if (text.includes("\r")) return [text];
  const long = text.replaceAll("\n", "\r\n");
  if (text.trimStart().startsWith("<")) return [text, long];
  return [long, withXml(text), text];
}

function withXml(text: string): string {
  let inXml = false;
  return text.replace(/([^\n]*)\n/g, (_, line: string) => {
    if (line.startsWith("<?xml")) inXml = true;
    else if (line === "" || line.startsWith("--")) inXml = false;
    return `${line}${inXml ? "\n" : "\r\n"}`;
  });
}
