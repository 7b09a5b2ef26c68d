import { mayPickUp } from "../domain/scope.ts";
import type { KeyParts } from "./key-file.ts";
import type { Known } from "./known.ts";
import { checkGroup } from "./scope-check.ts";
import type { Path, Source } from "./source.ts";
import { toScope } from "./to-settings.ts";

/** What only shows across the keys, the board, the scope and the pickup. */
export function checkKeys(known: Known, source: Source): void {
  const names = known.board?.keys.map((key) => key.id);
  for (const [id, key] of Object.entries(known.parts.keys ?? {})) {
    const path = ["keys", id];
    if (names !== undefined && !names.includes(id)) {
      source.problemOfKey(path, `board ${known.board?.name} has no key ${id}; it has ${names.join(", ")}`);
    }
    if (key.kind === "line") checkLineKey(key, path, known, source);
    else if (key.kind === "group") checkGroupKey(key, path, known, source);
    else if (key.kind === "park") checkParkKey(path, known, source);
  }
  checkMailboxes(known, source);
  checkDialling(["actions", "idle"], known.parts.actions?.idle ?? {}, source);
}

function checkLineKey(key: KeyParts & { kind: "line" }, path: Path, known: Known, source: Source): void {
  const { line, pickup, idle } = key;
  const { phone } = known.parts.pickup ?? {};
  if (pickup === true) {
    if (line === phone?.line) {
      const text = `${line} is the desk phone itself and cannot be picked up on itself; take pickup out`;
      source.problem([...path, "pickup"], text);
    } else if (isOutside([line], known)) {
      const text = `scope does not allow line ${line}; add it to a group that scope.pickup names`;
      source.warn([...path, "pickup"], text);
    }
  }
  checkDialling([...path, "idle"], idle, source);
  if (line !== phone?.line) return;
  for (const press of dialling(idle)) {
    source.problem([...path, "idle", press], `${line} is the desk phone itself and cannot call itself; take it out`);
  }
}

function checkGroupKey(key: KeyParts & { kind: "group" }, path: Path, known: Known, source: Source): void {
  const { group, pickup } = key;
  const { scope } = known.parts;
  // Where the scope is wrong in itself, that is told already.
  if (scope === undefined && source.names([]).includes("scope")) return;
  checkGroup(group, [...path, "group"], source);
  const lines = toScope(scope).groups[group];
  if (lines?.length === 0) source.problem([...path, "group"], `group ${group} has no line; write some in scope.groups`);
  if (pickup === true && lines !== undefined && isOutside(lines, known)) {
    source.warn([...path, "pickup"], `scope does not allow group ${group}; add it to scope.pickup`);
  }
}

/** Whether these lines may never be picked up, at any hour. */
function isOutside(lines: readonly string[], { parts: { scope } }: Known): boolean {
  if (scope === undefined) return false;
  const always = { ...toScope(scope), hours: {} };
  return !lines.some((line) => mayPickUp(always, line, { weekday: 0, minute: 0 }).allowed);
}

/** A panel without a desk phone only shows the slot. */
function checkParkKey(path: Path, { parts: { pickup }, profile, remote }: Known, source: Source): void {
  if (pickup?.phone === undefined) return;
  if (!source.names(["pickup", "phone"]).includes("remote")) {
    source.warn([...path, "park"], "can fetch a call, but not park one; write pickup.phone.remote for that");
  } else if (remote !== undefined && remote.transfer === undefined) {
    const text =
      "can fetch a call, but not park one: pickup.phone.remote.phone does not say how such a phone transfers";
    source.warn([...path, "park"], text);
  }
  if (profile !== undefined && profile.pickup.parking === undefined && pickup?.phone?.remote !== undefined) {
    const text = `can fetch a call, but not park one: profile ${profile.name} does not say what parks one; add pickup.parking to it`;
    source.warn([...path, "park"], text);
  }
  if (profile !== undefined && profile.pickup.park === undefined) {
    const text = `profile ${profile.name} has no code that fetches a parked call; add pickup.park to it, such as "{slot}"`;
    source.problem([...path, "park"], text);
  }
}

type Idle = (KeyParts & { kind: "line" })["idle"];
type Dialling = keyof Idle;

/** The presses that are to dial something. */
function dialling(idle: Idle): Dialling[] {
  return (["short", "long"] as const).filter((press) => (idle[press] ?? "nothing") !== "nothing");
}

/** The panel has no voice: somebody else has to make the call. */
function checkDialling(path: Path, idle: Idle, source: Source): void {
  if (source.names(["pickup"]).includes("phone")) return;
  for (const press of dialling(idle)) {
    source.problem([...path, press], 'there is no phone to dial with; write pickup.phone, such as { line: "102" }');
  }
}

/** A line has one state, whichever of its keys shows it. */
function checkMailboxes({ parts }: Known, source: Source): void {
  const mailboxes = new Map<string, string>();
  for (const [id, key] of Object.entries(parts.keys ?? {})) {
    if (key.kind !== "line" || key.mailbox === undefined) continue;
    const other = mailboxes.get(key.line);
    if (other === undefined) mailboxes.set(key.line, key.mailbox);
    else if (other !== key.mailbox) {
      const text = `another key shows mailbox ${other} for line ${key.line}; write the same one here, or take it out`;
      source.problem(["keys", id, "mailbox"], text);
    }
  }
}
