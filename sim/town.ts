import type { AccountOptions, ExtensionOptions } from "./pbx/account.ts";

/** Who is on the simulated PBX when nobody has configured anything: a desk phone, sixteen colleagues, four callers. */

const password = (user: string): string => `pw${user}`;
const extension = (number: string, name: string): ExtensionOptions => ({ number, name, password: password(number) });

export const DESK = extension("100", "Your desk phone");

export const COLLEAGUES: readonly ExtensionOptions[] = [
  ["101", "Accounts"],
  ["102", "Workshop"],
  ["103", "Sales"],
  ["104", "Sales 2"],
  ["105", "Service"],
  ["106", "Stock"],
  ["107", "Dispatch"],
  ["108", "Kitchen"],
  ["109", "Library"],
  ["110", "Lab"],
  ["111", "Lab office"],
  ["112", "Porter"],
  ["113", "Personnel"],
  ["114", "Legal"],
  ["115", "Director"],
  ["116", "Door"],
].map(([number = "", name = ""]) => extension(number, name));

export const CALLERS: readonly ExtensionOptions[] = [
  ["201", "A supplier"],
  ["202", "A customer"],
  ["203", "A neighbour"],
  ["204", "The post"],
].map(([number = "", name = ""]) => extension(number, name));

export const PANEL: AccountOptions = { user: "panel", number: "900", name: "The panel", password: password("panel") };
