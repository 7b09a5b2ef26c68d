import type { BankSpec, Board, BoardKey } from "../../firmware/domain/board.ts";
import type { KeySettings } from "../../firmware/domain/key-settings.ts";
import type { LineId } from "../../firmware/domain/line.ts";
import type { Settings } from "../../firmware/domain/settings.ts";
import type { Spoken } from "./conversation.ts";
import type { Score } from "./score.ts";

const COLUMNS = 4;
/** Red and green ones of so many keys are on one bank. */
const KEYS_A_BANK = 16;

/**
 * A panel with a key for each line that the capture tells of, in the order in which it does, and a mailbox where it tells of one
 * of that name. It watches and takes nothing.
 *
 * @param like what is not in a capture: scheme, profile, name
 */
export function panelOf(score: Score, spoken: readonly Spoken[], like: Settings): Settings {
  const lines = linesIn(score, spoken);
  const mailboxes = new Set(
    score.watches.flatMap(({ event, resource }) => (event === "message-summary" ? [resource] : [])),
  );
  const keys = lines.map((line, i): KeySettings => {
    const mailbox = mailboxes.has(line) ? { mailbox: line } : {};
    return { kind: "line", id: String(i + 1), label: line, line, ...mailbox, pickup: false, idle: {} };
  });
  const { mqtt, pickup, profile, ...rest } = like;
  const presence = score.watches.some(({ event }) => event === "presence");
  return {
    ...rest,
    board: boardFor(lines.length),
    profile: { ...profile, offline: presence ? "presence" : "never" },
    pickup: { landings: [], method: pickup.method, deadline: pickup.deadline },
    scope: { ...like.scope, groups: {} },
    keys,
  };
}

/** Those that are watched one by one, and those that lists name. */
function linesIn({ watches }: Score, spoken: readonly Spoken[]): readonly LineId[] {
  const alone = watches.filter(({ event, isList }) => !isList && (event === "dialog" || event === "presence"));
  return [...new Set([...alone.map(({ resource }) => resource), ...listedIn(spoken)])];
}

/** The list that the panel of then had its lines from (RFC 4662), unless it watched more of them one by one. */
export function listIn({ watches }: Score, spoken: readonly Spoken[]): string | undefined {
  const lists = watches.filter(({ event, isList }) => isList && event === "dialog");
  const alone = watches.filter(({ event, isList }) => !isList && event === "dialog");
  return listedIn(spoken).size >= alone.length ? lists[0]?.resource : undefined;
}

/** Whom lists name (RFC 4662 §5.3). */
function listedIn(spoken: readonly Spoken[]): ReadonlySet<LineId> {
  const lines = new Set<LineId>();
  for (const { ofPbx, message, body } of spoken) {
    if (!ofPbx || !message.headers.get("Content-Type")?.includes("multipart/related")) continue;
    for (const [, line = ""] of body.toString("utf8").matchAll(/<(?:\w+:)?resource\b[^>]*\buri="sips?:([^@"]+)@/g)) {
      lines.add(line);
    }
  }
  return lines;
}

function boardFor(count: number): Board {
  const banks: BankSpec[] = [];
  const keys: BoardKey[] = [];
  for (let i = 0; i < Math.max(count, 1); i++) {
    const [bank, bit] = [`lamps ${Math.floor(i / KEYS_A_BANK) + 1}`, i % KEYS_A_BANK];
    if (bit === 0) banks.push({ name: bank, driver: "sim", width: 2 * KEYS_A_BANK });
    const leds = [
      { bank, bit, activeLow: false, colour: "red" },
      { bank, bit: bit + KEYS_A_BANK, activeLow: false, colour: "green" },
    ] as const;
    keys.push({ id: String(i + 1), leds, column: i % COLUMNS, row: Math.floor(i / COLUMNS) });
  }
  const rows = Math.ceil(keys.length / COLUMNS);
  return { name: "capture", title: "A key for each line of a capture", columns: COLUMNS, rows, banks, keys };
}
