import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("./corpus/", import.meta.url);

export interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What the mutator begins with, in the order of names; line ends of .sip files are CR LF as on the wire. */
export function corpus(): readonly [Seed, ...Seed[]] {
  const [first, ...rest] = readdirSync(FOLDER)
    .sort()
    .map((name) => ({ name, bytes: readFileSync(new URL(name, FOLDER)) }));
  if (first === undefined) throw new Error("the corpus is empty");
  return [first, ...rest];
}
