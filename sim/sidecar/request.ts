import { crcOf } from "./crc.ts";

/** What a host may ask, with its numbers read. Whether there is such a key, colour or cadence is not looked at here. */
export type Request =
  | { readonly verb: "HELLO"; readonly seq: number; readonly version: number }
  | {
      readonly verb: "LAMP";
      readonly seq: number;
      readonly keys: readonly number[];
      readonly colours: readonly string[];
      readonly cadence: string;
    }
  | { readonly verb: "SYNC"; readonly seq: number; readonly beat: number }
  | { readonly verb: "DIM"; readonly seq: number; readonly percent: number }
  | { readonly verb: "PING"; readonly seq: number; readonly number: number }
  | { readonly verb: "BYE"; readonly seq: number }
  | { readonly verb: "?"; readonly seq: number };

const LONGEST = 80;
const WHOLE = /^>(0|[1-9]\d?) (.*)\*([0-9A-F]{4})$/;
const BODY = /^([A-Z]+) ([1-9]\d{0,2})(?: (.*))?$/;
const NUMBER = /^(?:0|[1-9]\d{0,3})$/;
const KEYS = /^[1-9]\d?(?:,[1-9]\d?)*$/;
const WORDS = /^[a-z]+(?:,[a-z]+)*$/;
const CADENCE = /^[a-z-]+$/;

/** Bytes of the line to whole messages, as a small controller would: one buffer, begun anew by every `>`. */
export class Ear {
  #text = "";
  #spoilt = true;
  readonly #heard: (line: string) => void;

  constructor(heard: (line: string) => void) {
    this.#heard = heard;
  }

  hear(bytes: Uint8Array): void {
    for (const byte of bytes) this.#take(byte);
  }

  forget(): void {
    this.#spoilt = true;
  }

  #take(byte: number): void {
    const character = String.fromCharCode(byte);
    if (character === ">") {
      this.#text = character;
      this.#spoilt = false;
    } else if (character === "\n") {
      if (!this.#spoilt) this.#heard(this.#text);
      this.#spoilt = true;
    } else if (character !== "\r") {
      this.#text += character;
      if (byte < 0x20 || byte > 0x7e || this.#text.length >= LONGEST) this.#spoilt = true;
    }
  }
}

/** The request in a line; undefined where it is not for `id`, or broken. */
export function requestIn(line: string, id: number): Request | undefined {
  const [, to, body = "", crc] = WHOLE.exec(line) ?? [];
  if (to === undefined || Number(to) !== id || crc !== crcOf(line.slice(0, -5))) return undefined;
  const [, verb = "", number = "", rest = ""] = BODY.exec(body) ?? [];
  const seq = Number(number);
  if (seq < 1 || seq > 255) return undefined;
  return requestOf(verb, seq, rest === "" ? [] : rest.split(" ")) ?? { verb: "?", seq };
}

function requestOf(verb: string, seq: number, fields: readonly string[]): Request | undefined {
  const [first = "", second = "", third = ""] = fields;
  const one = fields.length === 1 && NUMBER.test(first) ? Number(first) : -1;
  switch (verb) {
    case "HELLO":
      return one < 0 ? undefined : { verb, seq, version: one };
    case "SYNC":
      return one < 0 || one > 1999 ? undefined : { verb, seq, beat: one };
    case "DIM":
      return one < 1 || one > 100 ? undefined : { verb, seq, percent: one };
    case "PING":
      return one < 0 || one > 255 ? undefined : { verb, seq, number: one };
    case "BYE":
      return fields.length === 0 ? { verb, seq } : undefined;
    case "LAMP": {
      if (fields.length !== 3 || !KEYS.test(first) || !WORDS.test(second) || !CADENCE.test(third)) return undefined;
      return { verb, seq, keys: first.split(",").map(Number), colours: second.split(","), cadence: third };
    }
    default:
      return undefined;
  }
}
