import { CADENCE_NAMES, type CadenceName } from "../../firmware/domain/cadence.ts";
import { COLOURS, type Colour } from "../../firmware/domain/lamp.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import { crc16 } from "./crc16.ts";

/** What a module can say: board-configs/SIDECAR.md, "From the module". */
export type Message = { readonly id: number } & (
  | ({ readonly verb: "HELLO"; readonly seq: number } & Capabilities)
  | { readonly verb: "ACK"; readonly seq: number }
  | { readonly verb: "NAK"; readonly seq: number; readonly why: string }
  | {
      readonly verb: "KEY";
      readonly number: number;
      readonly key: number;
      readonly closed: boolean;
      /** How long ago. */
      readonly age: Millis;
    }
);

export interface Capabilities {
  readonly keys: number;
  /** The LEDs of each lamp; at least one. */
  readonly colours: readonly Colour[];
  /** What it runs itself, besides dark and steady. */
  readonly cadences: readonly CadenceName[];
  /** Keys whose contacts are closed. */
  readonly closed: readonly number[];
  /** Whether it takes DIM. */
  readonly dims: boolean;
}

/** The protocol that is spoken here. */
export const VERSION = 1;

/** With its LF. */
export const LONGEST_TO_MODULE = 80;

const MOST_KEYS = 64;
const WHOLE = /^<(0|[1-9]\d?) ([!-~ ]+)\*([0-9A-F]{4})$/;
const HELLO = /^HELLO (\d+) 1 (\d+) (\S+) (\S+) (\S+)(?: (\S+))?$/;
const ACK = /^ACK (\d+)$/;
const NAK = /^NAK (\d+) ([a-z]+)$/;
const CADENCE = /^[a-z-]+$/;
const KEY = /^KEY (\d+) (\d+) (down|up) (\d+)$/;

/** A whole message, LF and all. */
export function toModule(id: number, body: string): string {
  const text = `>${id} ${body}`;
  return `${text}*${crc16(text)}\n`;
}

/** The message in a line without its end; undefined where it is broken or none. */
export function fromModule(line: string): Message | undefined {
  const [, from, body = "", crc] = WHOLE.exec(line) ?? [];
  if (from === undefined || crc !== crc16(line.slice(0, -5))) return undefined;
  const id = Number(from);
  const key = KEY.exec(body);
  if (key !== null) {
    const [number, which, age] = [wholeOf(key[1], 255), wholeOf(key[2], MOST_KEYS), wholeOf(key[4], 9999)];
    if (number === undefined || !which || age === undefined) return undefined;
    return { id, verb: "KEY", number, key: which, closed: key[3] === "down", age };
  }
  const seq = wholeOf((ACK.exec(body) ?? NAK.exec(body) ?? HELLO.exec(body))?.[1], 255);
  if (seq === undefined) return undefined;
  if (body.startsWith("ACK")) return { id, verb: "ACK", seq };
  if (body.startsWith("NAK")) return { id, verb: "NAK", seq, why: body.split(" ")[2] ?? "" };
  const capabilities = capabilitiesIn(body);
  return capabilities && { id, verb: "HELLO", seq, ...capabilities };
}

function capabilitiesIn(body: string): Capabilities | undefined {
  const [, , count, leds, patterns, down, more = ""] = HELLO.exec(body) ?? [];
  const keys = wholeOf(count, MOST_KEYS);
  const colours = listOf(leds, (name) => COLOURS.find((known) => known === name));
  // A module may be newer than this host, and run patterns that nobody here asks for.
  const named = listOf(patterns, (name) => (CADENCE.test(name) ? name : undefined));
  const cadences = named && CADENCE_NAMES.filter((known) => named.includes(known));
  const closed = listOf(down, (name) => wholeOf(name, keys ?? 0) || undefined);
  return keys && colours?.length && cadences && closed
    ? { keys, colours, cadences, closed, dims: more.split(",").includes("dim") }
    : undefined;
}

/** Undefined where one of its items is none. */
function listOf<Item>(text: string | undefined, itemOf: (name: string) => Item | undefined): Item[] | undefined {
  if (text === undefined || text === "-") return text && [];
  const items: Item[] = [];
  for (const name of text.split(",")) {
    const item = itemOf(name);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

/** A number as the protocol writes it, up to `most`. */
function wholeOf(text: string | undefined, most: number): number | undefined {
  if (text === undefined || !/^(?:0|[1-9]\d{0,3})$/.test(text)) return undefined;
  const number = Number(text);
  return number <= most ? number : undefined;
}
