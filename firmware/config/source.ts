import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type ScalarTag,
} from "yaml";
import { type Files, whyUnreadable } from "./files.ts";
import type { Findings, Place } from "./problem.ts";
import { startOf } from "./problem.ts";
import { isNestedTooDeep, keyText, oddKeys, strayStars, syntaxSentence } from "./syntax.ts";

/** From the top of a file down to a value: ["keys", "1", "line"]. */
export type Path = readonly PropertyKey[];

/** Far above any panel, and small enough that a wrong path to a huge file is told at once. */
const LONGEST = 1_000_000;

/**
 * Only numbers that print as they were written are numbers; 0101, 1e3, 0x10 and 1.50 stay the texts that they are.
 * So a line written without quotes keeps its zeros, also under `%YAML 1.1`.
 */
const plainInteger: ScalarTag = {
  default: true,
  tag: "tag:yaml.org,2002:int",
  test: /^(?:0|-?[1-9][0-9]{0,14})$/,
  resolve: (text) => Number(text),
};

/** How a value is called in a sentence: keys.1.line, scope.groups.desk item 2. */
export function nameOf(path: Path): string {
  const name = path.map((step) => (typeof step === "number" ? ` item ${step + 1}` : `.${String(step)}`)).join("");
  return name === "" ? "this file" : name.replace(/^[. ]/, "");
}

/** One YAML file as plain values, where each of them is written, and what is found out about them. */
export class Source {
  readonly file: string;
  readonly value: unknown;
  readonly findings: Findings;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(file: string, value: unknown, document: Document, lines: LineCounter, findings: Findings) {
    this.file = file;
    this.value = value;
    this.findings = findings;
    this.#document = document;
    this.#lines = lines;
  }

  /** The value at `path` is wrong, or missing: its name is put before `text`. */
  problem(path: Path, text: string): void {
    this.findings.problem(this.valueAt(path), `${nameOf(path)}: ${text}`);
  }

  /** The key at `path` should not be there, or not so. */
  problemOfKey(path: Path, text: string): void {
    this.findings.problem(this.keyAt(path), `${nameOf(path)}: ${text}`);
  }

  warn(path: Path, text: string): void {
    this.findings.warn(this.valueAt(path), `${nameOf(path)}: ${text}`);
  }

  /** Where the value at `path` is written; its key where it is empty or a block below; what should hold it where it is missing. */
  valueAt(path: Path): Place {
    const { node, key, missing } = this.#find(path);
    const isEmpty = !node?.range || node.range[0] === node.range[1];
    const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
    return this.#place(missing || isEmpty || isBlock ? (key ?? this.#document.contents) : node);
  }

  /** Where the key of the value at `path` is written. */
  keyAt(path: Path): Place {
    const found = this.#find(path);
    return this.#place(found.key ?? this.#document.contents);
  }

  /** The keys of the map at `path`, as written; none where there is no map. */
  names(path: Path): readonly string[] {
    const { node, missing } = this.#find(path);
    const map = this.#meant(node);
    return !missing && isMap(map) ? map.items.map((pair) => keyText(pair)) : [];
  }

  /** As far down the path as the file goes. */
  #find(path: Path): { node: Node | null; key: Node | undefined; missing: boolean } {
    let node = this.#document.contents;
    let key: Node | undefined;
    for (const step of path) {
      const holder = this.#meant(node);
      if (isMap(holder)) {
        const pair: Pair | undefined = holder.items.find((item) => keyText(item) === String(step));
        if (!pair) return { node, key, missing: true };
        key = pair.key as Node;
        node = pair.value as Node | null;
      } else if (isSeq(holder) && typeof step === "number" && step < holder.items.length) {
        node = holder.items[step] as Node | null;
        key = node ?? key;
      } else {
        return { node, key, missing: true };
      }
    }
    return { node, key, missing: false };
  }

  /** What a reference stands for. */
  #meant(node: Node | null): Node | null {
    return isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
  }

  #place(node: Node | null): Place {
    const { line, col } = this.#lines.linePos(node?.range?.[0] ?? 0);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** Reads and parses a file; undefined where that already failed, with the reasons in `findings`. */
export function openSource(file: string, files: Files, findings: Findings): Source | undefined {
  findings.opened(file);
  let text: string;
  try {
    text = files.read(file);
  } catch (error) {
    findings.problem(startOf(file), `cannot be read: ${whyUnreadable(error)}`);
    return undefined;
  }
  if (text.length > LONGEST) {
    findings.problem(startOf(file), "longer than a megabyte; this is not a configuration file");
    return undefined;
  }
  if (isNestedTooDeep(text)) {
    findings.problem(startOf(file), "nested too deep; check its brackets and its indentation");
    return undefined;
  }
  return parseSource(file, text, findings);
}

function parseSource(file: string, text: string, findings: Findings): Source | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: "failsafe",
    customTags: ["null", "bool", plainInteger],
    uniqueKeys: (a, b) => isScalar(a) && isScalar(b) && String(a.value) === String(b.value),
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };

  let broken = false;
  const starred = strayStars(document);
  for (const { offset, name } of starred) {
    findings.problem(place(offset), `*${name}… begins with a star; put it in quotes, such as "*80102"`);
  }
  for (const error of [...document.errors, ...document.warnings]) {
    if (error.code !== "DUPLICATE_KEY") broken = true;
    // One unquoted star makes the parser stumble over all that follows it.
    if (starred.length > 0 && error.code === "UNEXPECTED_TOKEN") continue;
    findings.problem(place(error.pos[0]), syntaxSentence(error.code, text.slice(error.pos[0])));
    // What comes after the first break in the syntax is mostly an echo of it.
    if (broken && error.code !== "TAG_RESOLVE_FAILED") break;
  }
  for (const offset of oddKeys(document)) {
    broken = true;
    findings.problem(place(offset), "this key is not a plain name; write a word or a number before the colon");
  }
  if (broken) return undefined;
  try {
    return new Source(file, document.toJS({ maxAliasCount: 100 }), document, lines, findings);
  } catch {
    findings.problem(startOf(file), "its & and * references do not come to an end; write the values out");
    return undefined;
  }
}
