import { basename, dirname, join } from "node:path";
import type { Settings } from "../domain/settings.ts";
import { orList } from "./fields.ts";
import { beside, disk, type Files } from "./files.ts";
import { firstPass } from "./first-pass.ts";
import { type Failure, type LoadOptions, loadSettings } from "./load.ts";
import { Findings, type Place, type Problem } from "./problem.ts";
import { type ScenarioFile, scenarioFile, scenarioParts } from "./scenario-file.ts";
import { openSource, type Source } from "./source.ts";
import type { Step } from "./step-file.ts";

/** A scenario that can be played. */
export interface Scenario extends Omit<ScenarioFile, "panel" | "replay"> {
  readonly file: string;
  /** Path of the captured conversation that is played to the panel. */
  readonly replay?: string;
  readonly settings: Settings;
  /** Where each step is written. */
  readonly places: readonly Place[];
}

/** What only shows across the steps, the panel, and a captured conversation that is played to it. */
export type CheckSteps = (
  steps: readonly Step[],
  settings: Settings,
  source: Source,
  replay: string | undefined,
) => void;

export type LoadedScenario =
  | { readonly ok: true; readonly scenario: Scenario; readonly warnings: readonly Problem[] }
  | Failure;

/** Reads a scenario, and the settings of its panel for a simulation. Every problem of every file is told. */
export function loadScenario(file: string, options: LoadOptions, check: CheckSteps): LoadedScenario {
  const findings = new Findings();
  const files = options.files ?? disk;
  const source = openSource(file, files, findings);
  if (source === undefined) return { ok: false, problems: findings.problems };
  const { whole, parts = {} } = firstPass(scenarioFile, scenarioParts, source);
  const panel = panelOf(parts.panel, source, options.boardConfigs, files);
  const loaded = panel === undefined ? undefined : loadSettings(panel, { ...options, env: {}, simulated: true });
  const replay = parts.replay === undefined ? undefined : beside(dirname(file), parts.replay);
  if (loaded?.ok && parts.steps) check(parts.steps, loaded.settings, source, replay);
  const problems = [...findings.problems, ...(loaded && !loaded.ok ? loaded.problems : [])];
  if (problems.length > 0 || !whole || !loaded?.ok) return { ok: false, problems };
  const places = whole.steps.map((_, i) => source.valueAt(["steps", i]));
  const { replay: _, ...rest } = whole;
  const scenario = { ...rest, file, settings: loaded.settings, places, ...(replay !== undefined && { replay }) };
  return { ok: true, scenario, warnings: findings.warnings };
}

/** The file of its settings; undefined where there is none, and then `source` knows why. */
function panelOf(name: string | undefined, source: Source, boardConfigs: string, files: Files): string | undefined {
  const folder = dirname(source.file);
  // A name that is wrong in itself is told already.
  if (name === undefined && source.names([]).includes("panel")) return undefined;
  if (name === undefined) return beside(folder, "blfd.yaml");
  if (name.includes("/") || name.endsWith(".yaml")) return beside(folder, name);
  const panels = join(boardConfigs, "panels");
  const known = namesIn(panels, files);
  if (known.includes(name)) return join(panels, name, "blfd.yaml");
  source.problem(["panel"], `there is no panel ${name}; write ${orList(known)}, or a path such as ./blfd.yaml`);
  return undefined;
}

function namesIn(folder: string, files: Files): readonly string[] {
  try {
    return files.names(folder).map((name) => basename(name));
  } catch {
    return [];
  }
}
