import type { CompanionEvent } from "./companion.ts";

/** What a mailbox holds (RFC 3842 §5). */
export interface MessageSummary {
  readonly waiting: boolean;
  /** URI of the mailbox, where it is told. */
  readonly account?: string;
}

export type ParsedMessageSummary =
  | { readonly ok: true; readonly value: MessageSummary }
  | { readonly ok: false; readonly problem: string };

const MAX_LENGTH = 16 * 1024;

/** Whether messages wait in a mailbox (RFC 3842). */
export const MESSAGES: CompanionEvent<boolean> = {
  event: "message-summary",
  accept: "application/simple-message-summary",
  parse: (body) => {
    const parsed = parseMessageSummary(body);
    return parsed.ok ? { ok: true, value: parsed.value.waiting } : parsed;
  },
  lack: (line) => `${line} does not show waiting messages`,
};

/** Reads one application/simple-message-summary document (RFC 3842 §5.2). Counts and classes are not looked at. */
export function parseMessageSummary(text: string): ParsedMessageSummary {
  if (text.length > MAX_LENGTH) return { ok: false, problem: "the message summary is over 16 KB" };
  const fields = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    if (!fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  const waiting = fields.get("messages-waiting")?.toLowerCase();
  if (waiting !== "yes" && waiting !== "no") {
    return { ok: false, problem: "the message summary does not say whether messages are waiting" };
  }
  const account = fields.get("message-account");
  return {
    ok: true,
    value: { waiting: waiting === "yes", ...(account !== undefined && account !== "" && { account }) },
  };
}
