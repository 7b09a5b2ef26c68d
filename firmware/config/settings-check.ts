import type { Board } from "../domain/board.ts";
import type { Profile } from "../domain/profile.ts";
import { mayPickUp } from "../domain/scope.ts";
import type { SettingsParts } from "./settings-file.ts";
import type { Source } from "./source.ts";
import { toScope } from "./to-settings.ts";

/** Drivers that this version can open. The others' boards can be written and checked already. */
const DRIVERS: readonly string[] = ["gpio", "sim"];

/** The good parts of the settings, and the files that they name as far as those are good. */
export interface Known {
  readonly parts: SettingsParts;
  readonly board: Board | undefined;
  readonly profile: Profile | undefined;
}

/** `run`: a bank that this version cannot open is a problem. `check`: it is a warning. */
export type Use = "check" | "run";

/** Second pass over the settings: what only shows across them and the files that they name. */
export function checkSettings(known: Known, use: Use, source: Source): void {
  checkTransport(known, source);
  checkKeys(known, source);
  checkMailboxes(known, source);
  checkPickup(known, source);
  checkScope(known, source);
  checkDrivers(known, use, source);
}

/** What means nothing to the transport is not passed over: somebody may believe in it. */
function checkTransport({ parts: { pbx } }: Known, source: Source): void {
  const transport = pbx?.server?.transport;
  if (transport === undefined) return;
  const written = source.names(["pbx"]);
  if (written.includes("tls") && transport !== "tls" && transport !== "wss") {
    source.problemOfKey(
      ["pbx", "tls"],
      `${transport} has no TLS; write transport=tls or wss in pbx.server, or take it out`,
    );
  }
  if (written.includes("path") && transport !== "ws" && transport !== "wss") {
    source.problemOfKey(["pbx", "path"], `only ws and wss have a path; take it out, or change transport in pbx.server`);
  }
}

function checkKeys({ parts, board }: Known, source: Source): void {
  const phone = parts.pickup?.phone?.line;
  const names = board?.keys.map((key) => key.id);
  for (const [id, key] of Object.entries(parts.keys ?? {})) {
    if (names !== undefined && !names.includes(id)) {
      source.problemOfKey(["keys", id], `board ${board?.name} has no key ${id}; it has ${names.join(", ")}`);
    }
    if (key.pickup !== true) continue;
    const path = ["keys", id, "pickup"];
    if (key.line === phone) {
      source.problem(path, `${key.line} is the desk phone itself and cannot be picked up on itself; take pickup out`);
    } else if (parts.scope !== undefined && !mayPickUp(toScope(parts.scope), key.line).allowed) {
      source.warn(path, `scope does not allow line ${key.line}; add it to a group that scope.pickup names`);
    }
  }
}

/** A line has one state, whichever of its keys shows it. */
function checkMailboxes({ parts }: Known, source: Source): void {
  const mailboxes = new Map<string, string>();
  for (const [id, { line, mailbox }] of Object.entries(parts.keys ?? {})) {
    if (mailbox === undefined) continue;
    const other = mailboxes.get(line);
    if (other === undefined) mailboxes.set(line, mailbox);
    else if (other !== mailbox) {
      const text = `another key shows mailbox ${other} for line ${line}; write the same one here, or take it out`;
      source.problem(["keys", id, "mailbox"], text);
    }
  }
}

function checkPickup({ parts: { pickup }, profile }: Known, source: Source): void {
  if (pickup === undefined) return;
  if (!source.names(["pickup"]).includes("phone")) {
    const text = 'missing, and landing desk-phone needs it; write phone: { line: "102" }';
    source.problem(["pickup", "phone"], text);
  }
  if (profile === undefined) return;
  if (pickup.phone !== undefined && pickup.phone.dial === undefined && profile.intercom === undefined) {
    const text = `missing, and profile ${profile.name} has no intercom code; write what makes this phone answer, such as "*80102"`;
    source.problem(["pickup", "phone", "dial"], text);
  }
  if (profile.pickup.directed === undefined) {
    const text = `${profile.name} has no code for directed pickup; add pickup.directed to it, or take pickup out here`;
    source.problem(["pbx", "profile"], text);
  }
}

function checkScope({ parts: { scope, pickup, keys } }: Known, source: Source): void {
  const written = source.names([]);
  if (pickup !== undefined && !written.includes("scope")) {
    source.problem(["scope"], "missing; say which lines may be picked up, or write scope: pbx");
  }
  if (scope === undefined) return;
  if (!written.includes("pickup") && (scope === "pbx" || scope.pickup.length > 0)) {
    source.warn(["scope"], "allows pickups, but without pickup: this panel only watches");
  }
  if (scope === "pbx") return;

  const groups = source.names(["scope", "groups"]);
  for (const [index, name] of scope.pickup.entries()) {
    if (groups.includes(name)) continue;
    const mend = groups.length > 0 ? `the groups are ${groups.join(", ")}` : "write it below scope.groups";
    source.problem(["scope", "pickup", index], `there is no group ${name}; ${mend}`);
  }

  // A key that is wrong in itself may be the one that watches the line.
  if (keys === undefined || Object.keys(keys).length < source.names(["keys"]).length) return;
  const watched = new Set(Object.values(keys).map((key) => key.line));
  if (pickup?.phone !== undefined) watched.add(pickup.phone.line);
  for (const [name, lines] of Object.entries(scope.groups)) {
    for (const [index, line] of lines.entries()) {
      if (watched.has(line)) continue;
      const path = ["scope", "groups", name, index];
      const text = `no key watches line ${line}; give it a key, or take it out`;
      // A group that grants nothing may be there for other panels.
      if (scope.pickup.includes(name)) source.problem(path, text);
      else source.warn(path, text);
    }
  }
}

function checkDrivers({ board }: Known, use: Use, source: Source): void {
  for (const { name, driver } of board?.banks ?? []) {
    if (DRIVERS.includes(driver)) continue;
    const text = `bank ${name} needs driver ${driver}, which is not in this version; use a board with sim banks to run`;
    if (use === "run") source.problem(["board"], text);
    else source.warn(["board"], text);
  }
}
