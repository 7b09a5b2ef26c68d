import type { AccountOptions, ExtensionOptions } from "./account.ts";
import type { Codes } from "./dialplan.ts";
import type { EventList } from "./list-report.ts";

const DESK = { callGroups: ["desk"], pickupGroups: ["desk"] };
const WARD = { callGroups: ["ward"], pickupGroups: ["ward"] };
const PRIVATE = { callGroups: ["private"], pickupGroups: ["private"] };

/** A small office: six phones, three panels, one ring group. Passwords are "pw" and the user. */
export const EXTENSIONS: readonly ExtensionOptions[] = [
  { number: "100", name: "Caller Hundred", password: "pw100", ...DESK },
  { number: "101", name: "Alice Reception", password: "pw101", ...DESK },
  { number: "102", name: "Bob Desk", password: "pw102", ...DESK },
  { number: "103", name: "Carol", password: "pw103", ...DESK },
  { number: "104", name: "Dave", password: "pw104", ...WARD },
  { number: "105", name: "Private", password: "pw105", ...PRIVATE },
];

export const ACCOUNTS: readonly AccountOptions[] = [
  { user: "panel1", number: "900", name: "Panel One", password: "pwpanel1", pickupGroups: ["desk"] },
  /** In no group. */
  { user: "panel2", number: "901", name: "Panel Two", password: "pwpanel2" },
  /** May neither watch nor transfer. */
  {
    user: "panel3",
    number: "902",
    name: "Panel Three",
    password: "pwpanel3",
    maySubscribe: false,
    mayTransfer: false,
  },
];

export const GROUPS: Readonly<Record<string, readonly string[]>> = { "200": ["101", "103"] };

export const LISTS: Readonly<Record<string, EventList>> = {
  blflist: { members: ["101", "102", "103", "104", "105"] },
  blflistfull: { members: ["101", "102", "103"], full: true },
};

export const CODES: Codes = {
  pickupCode: "**",
  phonePickupCode: "*9",
  groupPickupCode: "*77",
  builtInPickupCode: "*8",
  intercomCode: "*80",
  parkCode: "700",
};

export const SLOTS: readonly string[] = ["701", "702", "703", "704", "705"];
