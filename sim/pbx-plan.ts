import type { KeySettings } from "../firmware/domain/key-settings.ts";
import type { LineId } from "../firmware/domain/line.ts";
import type { Settings } from "../firmware/domain/settings.ts";
import type { AccountOptions, ExtensionOptions } from "./pbx/account.ts";
import { isHabitName } from "./pbx/habits/habits.ts";
import { CODES } from "./pbx/office.ts";
import type { SimPbxOptions } from "./pbx/pbx.ts";
import type { Person, Town } from "./town.ts";

export const passwordOf = (user: string): string => `pw${user}`;

/** The panel's account at a simulated PBX. */
export const PANEL_USER = "panel";

/** Where the settings name no group, all are in one. */
const EVERYBODY = "everybody";

/** What the settings want of their PBX, as the simulated one is told it. A group of the scope can be called by its name: then all its phones ring. */
export function pbxPlan(settings: Settings, town: Town): Omit<SimPbxOptions, "clock"> {
  const { pbx, scope, keys, profile } = settings;
  const phones = [...(town.desk ? [town.desk] : []), ...town.people, ...town.callers];
  // The panel watches its desk phone, too.
  const lines = [...new Set([...keys.flatMap(linesWithPhones), ...(town.desk ? [town.desk.number] : [])])];
  const slots = keys.flatMap((key) => (key.kind === "park" ? [key.slot] : []));
  return {
    extensions: [...phones.map((person) => extension(person, settings)), ...mailboxes(keys, phones)],
    accounts: [panel(settings)],
    groups: scope.groups,
    lists: pbx.list === undefined ? {} : { [pbx.list]: { members: lines } },
    ...(slots.length > 0 && { slots }),
    ...(profile.pickup.parking?.includes("{slot}") && { freeSlot: "parks" }),
    ...(isHabitName(profile.name) && { habits: profile.name }),
    ...codes(settings),
  };
}

/** Who takes a call by a group code takes one of those whom the scope lets the panel pick up. */
function extension({ number, name }: Person, settings: Settings): ExtensionOptions {
  const { groups } = settings.scope;
  const holding = Object.keys(groups).filter((group) => groups[group]?.includes(number));
  const isDesk = number === settings.pickup.phone?.line;
  return {
    number,
    name,
    password: passwordOf(number),
    callGroups: holding.length > 0 ? holding : [EVERYBODY],
    pickupGroups: isDesk ? pickupGroups(settings) : holding,
  };
}

function panel(settings: Settings): AccountOptions {
  const user = PANEL_USER;
  return { user, number: user, name: "The panel", password: passwordOf(user), pickupGroups: pickupGroups(settings) };
}

function pickupGroups({ scope }: Settings): readonly string[] {
  return scope.pickup === "pbx" ? [...Object.keys(scope.groups), EVERYBODY] : scope.pickup;
}

/** Mailboxes of nobody's phone: they can be watched, too. */
function mailboxes(keys: readonly KeySettings[], phones: readonly Person[]): readonly ExtensionOptions[] {
  const known = new Set(phones.map(({ number }) => number));
  const named = keys.flatMap((key) => (key.kind === "line" && key.mailbox !== undefined ? [key.mailbox] : []));
  return [...new Set(named)]
    .filter((number) => !known.has(number))
    .map((number) => ({ number, name: `Mailbox ${number}`, password: passwordOf(number) }));
}

/** The profile's codes, where it has them; they all stand before a number. */
function codes({ profile, pickup }: Settings): Partial<SimPbxOptions> {
  const { directed, ringGroup, group, parking } = profile.pickup;
  const { phone } = pickup;
  const before = (template: string | undefined) => template?.split("{")[0];
  const [pickupCode, phonePickupCode, parkCode] = [before(directed), before(ringGroup), before(parking)];
  const intercomCode = phone && intercomOf(phone);
  return {
    ...(pickupCode && { pickupCode }),
    ...(phonePickupCode && { phonePickupCode }),
    ...(group !== undefined && group !== CODES.builtInPickupCode && { groupPickupCode: group }),
    ...(parkCode && { parkCode }),
    ...(intercomCode && { intercomCode }),
  };
}

/** What stands before the phone's number to make it answer by itself; undefined where that is another kind of code. */
export function intercomOf({ line, dial }: { readonly line: LineId; readonly dial: string }): string | undefined {
  return dial.endsWith(line) && dial !== line ? dial.slice(0, -line.length) : undefined;
}

function linesWithPhones(key: KeySettings): readonly LineId[] {
  return key.kind === "line" ? [key.line] : key.kind === "group" ? key.lines : [];
}
