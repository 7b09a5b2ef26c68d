/** RFC 3261 §7.3.3, RFC 6665 §8.2, RFC 3515, RFC 3892. */
const COMPACT: Readonly<Record<string, string>> = {
  b: "Referred-By",
  c: "Content-Type",
  e: "Content-Encoding",
  f: "From",
  i: "Call-ID",
  k: "Supported",
  l: "Content-Length",
  m: "Contact",
  o: "Event",
  r: "Refer-To",
  s: "Subject",
  t: "To",
  u: "Allow-Events",
  v: "Via",
};

/** Headers that carry one value a line or several with commas between; here always one an entry. */
const LISTS = new Set(["via", "route", "record-route", "contact"]);

interface Entry {
  readonly name: string;
  /** In lower case. */
  readonly key: string;
  value: string;
}

/** The headers of one message, in order, names in any case. */
export class Headers {
  readonly #entries: Entry[] = [];

  constructor(entries: Iterable<readonly [string, string]> = []) {
    for (const [name, value] of entries) this.add(name, value);
  }

  /** From unfolded header lines; undefined where one of them is no header. */
  static parse(lines: readonly string[]): Headers | undefined {
    const headers = new Headers();
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon <= 0) return undefined;
      const name = line.slice(0, colon).trim();
      const value = line.slice(colon + 1).trim();
      const full = COMPACT[name.toLowerCase()] ?? name;
      const values = LISTS.has(full.toLowerCase()) ? splitList(value) : [value];
      for (const one of values) headers.add(full, one);
    }
    return headers;
  }

  /** The first of that name. */
  get(name: string): string | undefined {
    return this.#find(name)?.value;
  }

  all(name: string): readonly string[] {
    const wanted = name.toLowerCase();
    return this.#entries.filter(({ key }) => key === wanted).map(({ value }) => value);
  }

  add(name: string, value: string): void {
    this.#entries.push({ name, key: name.toLowerCase(), value });
  }

  /** Ahead of all others: Via goes on top. */
  prepend(name: string, value: string): void {
    this.#entries.unshift({ name, key: name.toLowerCase(), value });
  }

  /** Replaces the first of that name where it stands, or adds it. */
  set(name: string, value: string): void {
    const entry = this.#find(name);
    if (entry) entry.value = value;
    else this.add(name, value);
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, string]> {
    for (const { name, value } of this.#entries) yield [name, value];
  }

  /** As they go on the wire, but for those named `without`. */
  lines(without: string): string[] {
    const left = without.toLowerCase();
    return this.#entries.filter(({ key }) => key !== left).map(({ name, value }) => `${name}: ${value}`);
  }

  #find(name: string): Entry | undefined {
    const wanted = name.toLowerCase();
    return this.#entries.find(({ key }) => key === wanted);
  }
}

/** Splits at commas that stand in no quotes and no angle brackets. */
export function splitList(value: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let bracketed = false;
  let start = 0;
  for (let i = 0; i < value.length; i++) {
    const char = value[i];
    if (quoted && char === "\\") i++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === "<") bracketed = true;
    else if (!quoted && char === ">") bracketed = false;
    else if (!quoted && !bracketed && char === ",") {
      parts.push(value.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(value.slice(start).trim());
  return parts.filter((part) => part !== "");
}
