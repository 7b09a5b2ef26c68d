import { type Document, type ErrorCode, isScalar, Lexer, type Node, type Pair, Parser, Scalar, visit } from "yaml";

/** Deeper than any of our files by far; the parser recurses, and takes the process with it when the stack ends. */
const DEEPEST = 40;

export function isNestedTooDeep(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // The tokens themselves do not matter, only how many of them are open.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > DEEPEST) return true;
  }
  return false;
}

/** What broke the YAML, for a person. Quotes nothing but keys, since a password may stand anywhere else. */
export function syntaxSentence(code: ErrorCode, rest: string): string {
  switch (code) {
    case "DUPLICATE_KEY":
      return `${keyIn(rest)} stands twice in this map; keep one of the two`;
    case "TAB_AS_INDENT":
      return "a tab indents this line; YAML takes spaces only";
    case "BAD_INDENT":
      return "a bracket is not closed, or this line is not indented as its neighbours are";
    case "MISSING_CHAR":
      return "something is not finished before here; look for a missing quote, bracket, comma or colon";
    case "BAD_DQ_ESCAPE":
      return "this \\ sequence means nothing between double quotes; write \\\\, or use single quotes";
    case "BAD_SCALAR_START":
      return "a text cannot begin with this sign; put it in quotes";
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return "a second colon where a value stands; put the value in quotes, or indent what belongs below the key";
    case "MULTIPLE_DOCS":
      return "a second document begins here; keep one per file";
    case "TAG_RESOLVE_FAILED":
      return "a ! tag means nothing here; take it away, or put the text in quotes";
    default:
      return "YAML does not expect what stands here; check quotes, commas, brackets and indentation";
  }
}

function keyIn(rest: string): string {
  const key = /^(?:"([^"\n]{1,60})"|'([^'\n]{1,60})'|([^\s:#,{}[\]]{1,60}))/.exec(rest);
  const name = key?.[1] ?? key?.[2] ?? key?.[3];
  return name === undefined ? "this key" : `key ${name}`;
}

/**
 * `dial: *80102` without quotes is a reference in YAML, and the commonest slip in a file full of star codes. Such a value
 * becomes the text that was meant, so that the rest of the file can be checked; what is returned has to be told.
 */
export function strayStars(document: Document): { offset: number; name: string }[] {
  const anchors = new Set<string>();
  const stray: { offset: number; name: string }[] = [];
  visit(document, {
    Alias: (_, node) => {
      if (anchors.has(node.source)) return undefined;
      stray.push({ offset: node.range?.[0] ?? 0, name: node.source });
      const meant = new Scalar(`*${node.source}`);
      meant.range = node.range ?? null;
      return meant;
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.add(node.anchor);
    },
  });
  return stray;
}

/** Keys that are lists, maps or empty, and the one name that JavaScript's objects do not hold as others do. */
export function oddKeys(document: Document): number[] {
  const odd: number[] = [];
  visit(document, {
    Pair: (_, pair) => {
      const key = pair.key as Node;
      const text = keyText(pair);
      if (!isScalar(key) || text === "" || text === "__proto__") odd.push(key?.range?.[0] ?? 0);
    },
  });
  return odd;
}

/** A key as it is written; "" for what is no plain key. */
export function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value ?? "") : "";
}
