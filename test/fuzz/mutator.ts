import type { Seed } from "./corpus.ts";
import type { Random } from "./random.ts";

export interface Mutant {
  /** Name of what it was made from. */
  readonly seed: string;
  readonly bytes: Buffer;
}

type Mutation = (text: string, random: Random, other: string) => string;

/** A little above what the transport lets in. */
const LONGEST = 70 * 1024;

const TOKENS: readonly [string, ...string[]] = [
  "\r\n",
  "\r\n\r\n",
  "\n",
  "\r",
  "\0",
  "\t",
  "\r\n ",
  ": ",
  ";",
  ",",
  "<",
  ">",
  '"',
  "\\",
  "[",
  "::",
  "@",
  "%",
  "%00",
  "\u00ff\u00fe",
  "\u00f0\u009f\u0098\u0080",
  ";tag=",
  ";branch=z9hG4bK",
  ";rport",
  ";received=",
  ";lr",
  "SIP/2.0",
  "sip:",
  "tel:",
  "\r\nVia: SIP/2.0/UDP x",
  "\r\nContent-Length: 0",
  "\r\nTo: <sip:a@b>;tag=c",
  "\r\nRecord-Route: <sip:p;lr>",
  "\r\nContact: *",
  "\r\nRequire: x",
  "terminated",
  "active;expires=0",
  "pending",
  ";reason=noresource;retry-after=1",
  "__proto__",
  "constructor",
  "<!DOCTYPE x>",
  "<![CDATA[",
  "<?xml?>",
  "<!--",
  "-->",
  "&amp;",
  "&#0;",
  "&#x110000;",
  "<dialog id='x'>",
  "</dialog>",
  "<state>early</state>",
  "version='4294967296'",
  ' xmlns="y"',
  " xmlns:xml='z'",
  "--",
  "\r\n--b\r\n",
  "\r\n--b--",
  "Content-ID: <x@y>",
];

const NUMBERS: readonly [string, ...string[]] = [
  "0",
  "-1",
  "1",
  "99999",
  "2147483647",
  "2147483648",
  "4294967295",
  "4294967296",
  "9007199254740993",
  "1e9",
  "0x10",
  "00000000000000000000000001",
];

/** The first ones are tried more often. */
const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  (text, random) => spliced(text, random.below(text.length + 1), 0, random.pick(TOKENS)),
  (text, random) => spliced(text, random.below(text.length + 1), random.below(4), random.pick(TOKENS)),
  (text, random) => spliced(text, random.below(text.length), 1, String.fromCharCode(random.below(256))),
  (text, random) => spliced(text, random.below(text.length), 1 + random.below(12), ""),
  lines,
  numbers,
  (text, random) => {
    const at = random.below(text.length);
    const piece = text.slice(at, at + 1 + random.below(60));
    return spliced(text, random.below(text.length + 1), 0, piece);
  },
  (text, random) => {
    const at = random.below(text.length);
    const code = text.charCodeAt(at) ^ (1 << random.below(8));
    return spliced(text, at, 1, String.fromCharCode(code));
  },
  (text, random) => {
    const at = random.below(text.length);
    const piece = text.slice(at, at + 1 + random.below(30));
    return spliced(text, at, piece.length, random.below(2) === 0 ? piece.toUpperCase() : piece.toLowerCase());
  },
  (text, random, other) => {
    const at = random.below(other.length);
    return spliced(text, random.below(text.length + 1), random.below(80), other.slice(at, at + random.below(200)));
  },
  (text, random, other) => text.slice(0, random.below(text.length)) + other.slice(random.below(other.length)),
  (text, random) => text.slice(0, random.below(text.length)),
  repeated,
];

/** Makes broken messages and documents out of good ones. The same random numbers make the same ones. */
export class Mutator {
  readonly #seeds: readonly [Seed, ...Seed[]];

  constructor(seeds: readonly [Seed, ...Seed[]]) {
    this.#seeds = seeds;
  }

  next(random: Random): Mutant {
    const { name, bytes } = random.pick(this.#seeds);
    const other = random.pick(this.#seeds).bytes.toString("latin1");
    let text = bytes.toString("latin1");
    for (let left = 1 + random.below(4); left > 0; left--) {
      // Half of them of the first few kinds, which leave most of the message alone and so get deepest.
      const mutation = MUTATIONS[random.below(random.below(2) === 0 ? 6 : MUTATIONS.length)];
      if (text !== "" && mutation) text = mutation(text, random, other).slice(0, LONGEST);
    }
    return { seed: name, bytes: Buffer.from(text, "latin1") };
  }
}

/** One line twice, away, or in another place. */
function lines(text: string, random: Random): string {
  const all = text.split("\n");
  const from = random.below(all.length);
  const to = random.below(all.length);
  const [line = ""] = all.splice(from, random.below(2));
  if (random.below(3) > 0) all.splice(to, 0, line || (all[from] ?? ""));
  return all.join("\n");
}

function numbers(text: string, random: Random): string {
  const found = [...text.matchAll(/\d+/g)];
  const match = found[random.below(found.length)];
  return match === undefined ? text : spliced(text, match.index, match[0].length, random.pick(NUMBERS));
}

/** A piece over and over: what a cap or a regular expression stumbles over. Long ones are seldom, as they take long. */
function repeated(text: string, random: Random): string {
  const at = random.below(text.length);
  const piece = text.slice(at, at + 1 + random.below(8));
  const times = random.below(8) === 0 ? random.below(20_000) : random.below(200);
  return spliced(text, at, 0, piece.repeat(Math.min(times, Math.ceil(LONGEST / piece.length))));
}

function spliced(text: string, at: number, count: number, piece: string): string {
  return text.slice(0, at) + piece + text.slice(at + count);
}
