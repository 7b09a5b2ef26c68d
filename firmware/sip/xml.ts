import { SaxesParser, type SaxesTagNS } from "saxes";

/** Takes the events of one document. To stop at what cannot be used, it throws a Refusal. */
export interface XmlReader {
  open(tag: SaxesTagNS): void;
  text(piece: string): void;
  close(): void;
}

/** Why a document is not taken. Never holds text of the document, which may name callers. */
export class Refusal extends Error {}

const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 64;

/** Reads one document from the network; what is wrong with it, or undefined. Never throws for what the text is. */
export function readXml(text: string, reader: XmlReader): string | undefined {
  if (text.length > MAX_BYTES || Buffer.byteLength(text) > MAX_BYTES) return "the document is over 64 KB";
  const parser = new SaxesParser({ xmlns: true, position: false });
  let depth = 0;
  // A document type can only do harm here: no format that is read needs one.
  parser.on("doctype", () => {
    throw new Refusal("the document has a document type");
  });
  parser.on("opentag", (tag) => {
    if (++depth > MAX_DEPTH) throw new Refusal(`the document is over ${MAX_DEPTH} elements deep`);
    reader.open(tag);
  });
  parser.on("text", (piece) => reader.text(piece));
  parser.on("cdata", (piece) => reader.text(piece));
  parser.on("closetag", () => {
    depth--;
    reader.close();
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    return `the document is not well-formed XML near character ${parser.position}`;
  }
  return undefined;
}

/** An attribute's value; undefined where it is missing or empty. */
export function attribute(tag: SaxesTagNS, name: string): string | undefined {
  return tag.attributes[name]?.value || undefined;
}
