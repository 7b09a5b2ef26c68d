import type { Board, BoardKey } from "../../firmware/domain/board.ts";
import type { KeySettings, LineKey } from "../../firmware/domain/key-settings.ts";
import type { Profile } from "../../firmware/domain/profile.ts";
import type { Scheme } from "../../firmware/domain/scheme.ts";
import { Secret } from "../../firmware/domain/secret.ts";
import type { Settings } from "../../firmware/domain/settings.ts";

/** Key N's button is bit N behind this one. */
export const BUTTONS = 16;

/** Key N: its lamp is bit N, its button bit N + 16. */
const boardKey = (n: number): BoardKey => ({
  id: String(n),
  leds: [{ bank: "panel", bit: n, activeLow: false, colour: "red" }],
  button: { bank: "panel", bit: n + BUTTONS, activeLow: false, pull: "up", debounce: 20 },
  column: n - 1,
  row: 0,
});

export const board: Board = {
  name: "bench",
  title: "Bench",
  columns: 7,
  rows: 1,
  banks: [{ name: "panel", driver: "sim", width: 32 }],
  keys: [1, 2, 3, 4, 5, 6, 7].map(boardKey),
};

export const profile: Profile = {
  name: "test",
  title: "A PBX under test",
  watch: "dialog",
  pickup: { directed: "**{line}", replaces: false },
  intercom: "*80{phone}",
  offline: "never",
  transfers: "pbx",
};

const red = (cadence: Scheme["states"]["idle"]["cadence"]) => ({ colour: "red", cadence }) as const;
export const scheme: Scheme = {
  name: "mono",
  states: {
    unknown: red("wink"),
    offline: red("double-wink"),
    idle: red("dark"),
    ringing: red("flash"),
    busy: red("steady"),
    held: red("slow"),
    waiting: red("dip"),
  },
  feedback: { pending: red("pending"), refused: red("refused"), "too-late": red("too-late"), failed: red("failed") },
};

export interface PanelOptions {
  readonly host: string;
  readonly port: number;
  readonly transport: "udp" | "tcp";
  readonly password?: string;
  readonly deadline?: number;
  /** The line on key 5; 105 where absent. */
  readonly odd?: string;
  /** The list that tells of all lines; each has a subscription of its own where absent. */
  readonly list?: string;
  /** What tells a phone that is not registered; nothing where absent, so that the flows need not register them all. */
  readonly offline?: Profile["offline"];
  /** Whose messages key 1 shows; nobody's where absent. */
  readonly mailbox?: string;
  /** Anything else that is to be otherwise. */
  readonly change?: (settings: Settings) => Settings;
}

/** A key for all of the group "desk", and one for the first park slot. */
export const GROUP_KEY: KeySettings = {
  kind: "group",
  id: "6",
  group: "desk",
  label: "Any desk",
  lines: ["101", "103", "104"],
  pickup: true,
};
export const PARK_KEY: KeySettings = { kind: "park", id: "7", slot: "701", label: "Park 1" };

/** Key 1 → 101, 2 → 102 (the desk phone's own), 3 → 103, 4 → 104, all in scope but 102; 5 → 105, out of scope. */
export function settingsFor(options: PanelOptions, mqttPort: number): Settings {
  const key = (id: string, line: string, pickup = true): LineKey => {
    return { kind: "line", id, line, label: `Line ${line}`, pickup, idle: {} };
  };
  const first = { ...key("1", "101"), ...(options.mailbox !== undefined && { mailbox: options.mailbox }) };
  const settings: Settings = {
    panel: "bench",
    board,
    profile: { ...profile, offline: options.offline ?? "never" },
    scheme,
    pbx: {
      host: options.host,
      port: options.port,
      transport: options.transport,
      user: "panel1",
      password: new Secret(options.password ?? "pwpanel1"),
      register: true,
      alive: 5000,
      longestRing: 180_000,
      ...(options.list !== undefined && { list: options.list }),
    },
    pickup: {
      phone: { line: "102", dial: "*80102", whenBusy: "refuse" },
      landings: ["desk-phone"],
      method: "auto",
      deadline: options.deadline ?? 4000,
    },
    scope: { groups: { desk: ["101", "103", "104", "999"] }, pickup: ["desk"], hours: {} },
    keys: [first, key("2", "102", false), key("3", "103"), key("4", "104"), key("5", options.odd ?? "105")],
    privacy: "off",
    mqtt: { url: `mqtt://127.0.0.1:${mqttPort}`, topic: "blfd" },
  };
  return options.change?.(settings) ?? settings;
}
