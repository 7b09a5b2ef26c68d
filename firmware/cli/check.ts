import { parseArgs } from "node:util";
import { loadSettings } from "../config/load.ts";
import { renderProblem } from "../config/problem.ts";
import type { Settings } from "../domain/settings.ts";
import { DEFAULT_SETTINGS, EXIT, type House, type Io } from "./io.ts";

const USAGE = `usage: blfd check [-c FILE]
Reads FILE (default: ${DEFAULT_SETTINGS}) and all that it names, and tells everything that is wrong with it.
`;

/** `blfd check`: 0 for good settings, also with warnings; 78 with every problem told; 2 for wrong usage. */
export async function check(args: readonly string[], io: Io, around: House): Promise<number> {
  const file = fileOf(args);
  if (file === undefined) {
    io.err(USAGE);
    return EXIT.usage;
  }
  const loaded = loadSettings(file, around);
  if (!loaded.ok) {
    for (const problem of loaded.problems) io.err(`${renderProblem(problem)}\n`);
    const { length } = loaded.problems;
    io.err(`${file}: ${length === 1 ? "one problem" : `${length} problems`}\n`);
    return EXIT.config;
  }
  for (const warning of loaded.warnings) io.err(`${renderProblem(warning)} (warning)\n`);
  io.out(`${file}: good — ${summary(loaded.settings)}\n`);
  return EXIT.good;
}

/** The settings to check, by -c or as the one argument; undefined for wrong usage. */
function fileOf(args: readonly string[]): string | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { config: { type: "string", short: "c" } },
      allowPositionals: true,
    });
    const named = values.config === undefined ? positionals : [values.config, ...positionals];
    return named.length > 1 ? undefined : (named[0] ?? DEFAULT_SETTINGS);
  } catch {
    return undefined;
  }
}

function summary({ board, profile, scheme, keys, pickup }: Settings): string {
  const parts = [
    keys.length === 1 ? "1 key" : `${keys.length} keys`,
    `board ${board.name}`,
    `profile ${profile.name}`,
    `scheme ${scheme.name}`,
    pickup.phone === undefined ? "no pickup" : `pickup to ${pickup.phone.line}`,
  ];
  return parts.join(", ");
}
