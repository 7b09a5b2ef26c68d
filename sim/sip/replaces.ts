import { parseParams } from "./address.ts";

/** Names a dialog that is to be taken over (RFC 3891 §6.1): the tags are To and From of a request to who has it. */
export interface Replaces {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
  /** Only while nobody has answered. */
  readonly earlyOnly: boolean;
}

/** Undefined where it is malformed. */
export function parseReplaces(value: string): Replaces | undefined {
  const [callId = "", ...rest] = value.split(";");
  const params = parseParams(rest.join(";"));
  const [toTag, fromTag] = [params.get("to-tag"), params.get("from-tag")];
  if (callId.trim() === "" || toTag === undefined || fromTag === undefined) return undefined;
  return { callId: callId.trim(), toTag, fromTag, earlyOnly: params.has("early-only") };
}

/** The Replaces that a Refer-To carries along, escaped (RFC 3261 §19.1.1): `sip:102@host?Replaces=…`. */
export function replacesIn(uri: string): string | undefined {
  const headers = uri.split("?")[1]?.split("&") ?? [];
  const found = headers.find((header) => /^replaces=/i.test(header));
  try {
    return found && decodeURIComponent(found.slice(found.indexOf("=") + 1));
  } catch {
    return undefined;
  }
}
