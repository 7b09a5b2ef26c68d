import { type LineState, lineStateOf } from "../../../firmware/domain/line-state.ts";
import { cleared, EMPTY_ROSTER, fold, type Roster } from "../../../firmware/domain/roster.ts";
import { parseDialogInfo } from "../../../firmware/sip/dialog-info.ts";
import { parseSubscriptionState } from "../../../firmware/sip/subscription-state.ts";
import type { Conversation } from "../../../sim/replay/conversation.ts";
import { tagOf, userOf } from "../../../sim/sip/address.ts";

/**
 * What a lamp has to show, by line, one state after the other: what each report of a conversation says in itself, and unknown
 * from the end of a subscription to the next report. In the order of the reports, whatever dialog they are in.
 */
export function statesTold({ spoken }: Conversation): ReadonlyMap<string, readonly LineState[]> {
  const told = new Map<string, LineState[]>();
  const rosters = new Map<string, Roster>();
  const lines = new Map<string, Set<string>>();
  const say = (line: string, state: LineState) => {
    const states = told.get(line) ?? ["unknown"];
    told.set(line, states);
    if (states.at(-1) !== state) states.push(state);
  };
  for (const { ofPbx, message, body } of spoken) {
    if (!ofPbx || message.kind !== "request" || message.method !== "NOTIFY") continue;
    const { headers } = message;
    const event = headers.get("Event")?.split(";")[0];
    if (event !== "dialog" || tagOf(headers.get("To")) === undefined) continue;
    const line = userOf(headers.get("From"));
    const dialog = headers.get("Call-ID") ?? "";
    if (parseSubscriptionState(headers.get("Subscription-State") ?? "")?.value !== "active") {
      for (const one of lines.get(dialog) ?? [line]) say(one, "unknown");
      continue;
    }
    const type = headers.get("Content-Type") ?? "";
    for (const part of partsIn(type, body.toString("utf8"))) {
      const of = part.line ?? line;
      const key = `${dialog} ${of}`;
      const roster = rosterAfter(rosters.get(key) ?? EMPTY_ROSTER, part.document);
      if (roster === undefined) continue;
      rosters.set(key, roster);
      lines.set(dialog, (lines.get(dialog) ?? new Set()).add(of));
      say(of, lineStateOf({ link: "up", subscription: "active", roster }));
    }
  }
  return told;
}

function rosterAfter(roster: Roster, document: string): Roster | undefined {
  if (document === "") return cleared(roster);
  const parsed = parseDialogInfo(document);
  return parsed.ok ? fold(roster, parsed.info).roster : undefined;
}

/** Of a list the documents in it, each of the line that it names as its entity. */
function partsIn(type: string, body: string): readonly { readonly line?: string; readonly document: string }[] {
  if (!type.includes("multipart/")) return [{ document: body }];
  return [...body.matchAll(/<dialog-info[^>]*\bentity="sip:([^@"]+)@[\s\S]*?<\/dialog-info>/g)].map(
    ([document, line = ""]) => ({
      line,
      document,
    }),
  );
}

/** One after the other, what was known: a panel that has to ask anew knows nothing for a moment, whatever the one of then did. */
export function known(states: readonly LineState[]): readonly LineState[] {
  const all = states.filter((state) => state !== "unknown");
  return all.filter((state, i) => state !== all[i - 1]);
}
