import type { AccountOptions, ExtensionOptions } from "./account.ts";
import type { EventList } from "./list-report.ts";

/** A small office: six phones, one panel, one ring group. Passwords are "pw" and the user. */
export const EXTENSIONS: readonly ExtensionOptions[] = [
  { number: "100", name: "Caller Hundred", password: "pw100" },
  { number: "101", name: "Alice Reception", password: "pw101" },
  { number: "102", name: "Bob Desk", password: "pw102" },
  { number: "103", name: "Carol", password: "pw103" },
  { number: "104", name: "Dave", password: "pw104" },
  { number: "105", name: "Private", password: "pw105" },
];

export const ACCOUNTS: readonly AccountOptions[] = [
  { user: "panel1", number: "900", name: "Panel One", password: "pwpanel1" },
];

export const GROUPS: Readonly<Record<string, readonly string[]>> = { "200": ["101", "103"] };

export const LISTS: Readonly<Record<string, EventList>> = {
  blflist: { members: ["101", "102", "103", "104", "105"] },
  blflistfull: { members: ["101", "102", "103"], full: true },
};
