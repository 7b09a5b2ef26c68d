import { PHONE_VERBS, type Wish } from "./message.ts";

/** Longer names and numbers than this nobody has. */
const LONGEST = 64;

/** What a page asks for, read strictly; undefined for what is no wish. */
export function wishOf(text: string): Wish | undefined {
  const fields = objectIn(text);
  if (fields === undefined) return undefined;
  const { wish } = fields;
  const word = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === "string" && value !== "" && value.length <= LONGEST ? value : undefined;
  };
  if (wish === "close" || wish === "open") {
    const key = word("key");
    return key === undefined ? undefined : { wish, key };
  }
  if (wish === "call") {
    const [from, to] = [word("from"), word("to")];
    if (to === undefined || (fields.from !== undefined && from === undefined)) return undefined;
    return { wish, to, ...(from !== undefined && { from }) };
  }
  if (wish === "fault") {
    const name = word("name");
    return name === undefined || typeof fields.on !== "boolean" ? undefined : { wish, name, on: fields.on };
  }
  const verb = PHONE_VERBS.find((known) => known === wish);
  const phone = word("phone");
  if (verb === undefined || phone === undefined) return undefined;
  if (verb !== "transfer") return { wish: verb, phone };
  const to = word("to");
  return to === undefined ? undefined : { wish: verb, phone, to };
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
