/** A Content-Type, taken apart (RFC 2045 §5.1). */
export interface ContentType {
  /** "multipart/related", in lower case; "" where there is none. */
  readonly type: string;
  /** By name in lower case, without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** `; name=value`, `; name="value"` or `; name`, with spaces wherever people put them. */
const PARAMETER = /;\s*([^\s;="]*)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?\s*/gsy;

/** Reads as far as it can. Of a name that comes twice, the first counts. */
export function parseContentType(text: string): ContentType {
  const end = text.indexOf(";");
  const type = (end < 0 ? text : text.slice(0, end)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  if (end < 0) return { type, parameters };
  PARAMETER.lastIndex = end;
  for (let match = PARAMETER.exec(text); match !== null; match = PARAMETER.exec(text)) {
    const [, name = "", quoted, token = ""] = match;
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/gs, "$1") ?? token);
  }
  return { type, parameters };
}
