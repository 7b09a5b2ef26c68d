import { CADENCE_NAMES } from "../../firmware/domain/cadence.ts";
import { type Caller, callerFrom } from "../../firmware/domain/caller.ts";
import type { KeyId } from "../../firmware/domain/key.ts";
import { COLOURS } from "../../firmware/domain/lamp.ts";
import type { KeyNews } from "./message.ts";

/** What a panel said over MQTT, as far as a page can show it. */
export type Reading =
  | { readonly kind: "key"; readonly key: KeyId; readonly news: KeyNews }
  | { readonly kind: "status"; readonly status: string }
  | { readonly kind: "pbx"; readonly state: string }
  | { readonly kind: "event"; readonly event: Fields };

export type Fields = Readonly<Record<string, unknown>>;

/** What comes after the panel's own topic, and which key a level names. */
export interface Place {
  readonly level: string;
  readonly key?: KeyId;
}

/** Undefined for what no page shows, and for what cannot be read: it comes from a broker, so it may be anything. */
export function readingOf({ level, key }: Place, payload: string): Reading | undefined {
  if (level === "status") return { kind: "status", status: payload };
  const fields = fieldsIn(payload);
  if (fields === undefined) return undefined;
  if (level === "pbx") return { kind: "pbx", state: text(fields.state) ?? "down" };
  if (level === "event") return { kind: "event", event: fields };
  if (level !== "lamp" || key === undefined) return undefined;
  const news = newsIn(fields);
  return news && { kind: "key", key, news };
}

function newsIn(fields: Fields): KeyNews | undefined {
  const colour = COLOURS.find((known) => known === fields.colour);
  const cadence = CADENCE_NAMES.find((known) => known === fields.cadence);
  const [label, state, since] = [text(fields.label), text(fields.state), text(fields.since)];
  if (!colour || !cadence || label === undefined || state === undefined || since === undefined) return undefined;
  const caller = callerIn(fields.caller);
  return { label, about: aboutOf(fields), state, since, colour, cadence, ...(caller && { caller }) };
}

function callerIn(value: unknown): Caller | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { name, number } = value as Fields;
  return callerFrom(text(name) ?? "", text(number) ?? "");
}

/** What a key or an event is about, as it is printed beside a label. */
export function aboutOf(fields: Fields): string {
  const { line, group, slot, action } = fields;
  return text(line) ?? text(slot) ?? (text(group) && `group ${text(group)}`) ?? text(action) ?? "";
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function fieldsIn(payload: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === "object" && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
