import { type LoadedSettings, loadSettings } from "../../firmware/config/load.ts";
import { renderProblem } from "../../firmware/config/problem.ts";
import { MemoryFiles } from "./memory-files.ts";

/** A small and good panel, each file short enough to count lines in. */
export const GOOD = {
  settings: `panel: ward-3
board: desk
pbx:
  profile: asterisk
  server: sip:pbx.example.org
  user: panel1
  password: { env: SIP_PASSWORD }
pickup:
  phone: { line: "102" }
scope:
  groups: { desk: ["101"] }
  pickup: [desk]
keys:
  1: { line: "101", label: Reception }
  2: { line: "105", pickup: false }
`,
  board: `title: Two keys
grid: [[1, 2]]
banks:
  lamps: { driver: sim, width: 4 }
  buttons: { driver: sim, width: 2 }
keys:
  1:
    leds: { red: { bank: lamps, bit: 0 }, green: { bank: lamps, bit: 1 } }
    button: { bank: buttons, bit: 0 }
  2:
    leds: { red: { bank: lamps, bit: 2 } }
    button: { bank: buttons, bit: 1 }
`,
  profile: `title: Asterisk
pickup: { directed: "**{line}", group: "*8" }
intercom: "*80{phone}"
offline: presence
`,
  scheme: `states:
  unknown: { colour: amber, cadence: wink }
  offline: { colour: amber, cadence: double-wink }
  idle: { colour: green, cadence: dark }
  ringing: { colour: red, cadence: flash }
  busy: { colour: red, cadence: steady }
  held: { colour: red, cadence: slow }
  waiting: { colour: green, cadence: dip }
feedback:
  pending: { colour: green, cadence: pending }
  refused: { colour: red, cadence: refused }
  too-late: { colour: amber, cadence: too-late }
  failed: { colour: red, cadence: failed }
`,
} as const;

export type FileName = keyof typeof GOOD;

export const PATHS: Readonly<Record<FileName, string>> = {
  settings: "blfd.yaml",
  board: "board-configs/boards/desk.yaml",
  profile: "board-configs/profiles/asterisk.yaml",
  scheme: "board-configs/schemes/default.yaml",
};

/** What stands in a good file, what is written instead, and all that is told about it, without the file's name. */
export type Broken = readonly [right: string, wrong: string, ...told: string[]];

/** What is told about one file, without its name, and about the others with it. */
export function toldOf(file: FileName, right: string, wrong: string): string[] {
  return complaints(load(broken(file, right, wrong))).map((line) => line.replace(`${PATHS[file]}:`, ""));
}

/** One file of the good panel with `wrong` in the place of `right`, which has to be there exactly once. */
export function broken(file: FileName, right: string, wrong: string): Partial<Record<FileName, string>> {
  if (GOOD[file].split(right).length !== 2) throw new Error(`${right} is not there once in the good ${file}`);
  return { [file]: GOOD[file].replace(right, () => wrong) };
}

export interface Around {
  readonly files?: MemoryFiles;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly simulated?: boolean;
}

/** Loads the good panel with some of its files changed. */
export function load(changed: Partial<Record<FileName, string>> = {}, around: Around = {}): LoadedSettings {
  const files = around.files ?? new MemoryFiles();
  for (const name of Object.keys(PATHS) as FileName[]) files.put(PATHS[name], changed[name] ?? GOOD[name]);
  const env = around.env ?? { SIP_PASSWORD: "s3cret-word" };
  return loadSettings("blfd.yaml", {
    boardConfigs: "board-configs",
    files,
    env,
    ...(around.simulated && { simulated: true }),
  });
}

/** All problems, as a person sees them. */
export function complaints(loaded: LoadedSettings): string[] {
  return loaded.ok ? [] : loaded.problems.map(renderProblem);
}

export function warnings(loaded: LoadedSettings): string[] {
  return loaded.ok ? loaded.warnings.map(renderProblem) : complaints(loaded);
}
