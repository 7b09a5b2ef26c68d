const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:([^\r\n]*)/gi;

/**
 * Bytes of body that a header section announces (RFC 3261 §20.14). Undefined where it says nothing of that; NaN where it
 * says no number, or two that differ: whoever cuts by the other one sees another message.
 */
export function contentLength(section: string): number | undefined {
  const values = new Set(Array.from(section.matchAll(CONTENT_LENGTH), ([, value = ""]) => value.trim()));
  if (values.size === 0) return undefined;
  const [value = ""] = values;
  return values.size === 1 && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
}
