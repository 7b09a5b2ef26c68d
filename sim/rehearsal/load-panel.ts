import { existsSync } from "node:fs";
import { join } from "node:path";
import { boardConfigs } from "../../firmware/config/board-configs.ts";
import { loadSettings } from "../../firmware/config/load.ts";
import { renderProblem } from "../../firmware/config/problem.ts";
import type { Settings } from "../../firmware/domain/settings.ts";

/**
 * The settings of a ready panel by its name, or of a blfd.yaml by its path, as a simulation wants them: without passwords. Read
 * once, they do for many simulations.
 *
 * @throws Error with every problem of the settings, each with its place
 */
export function loadPanel(panel: string): Settings {
  const folder = boardConfigs();
  const ready = join(folder, "panels", panel, "blfd.yaml");
  const file = existsSync(ready) ? ready : panel;
  const loaded = loadSettings(file, { boardConfigs: folder, env: {}, simulated: true });
  if (loaded.ok) return loaded.settings;
  throw new Error(`${panel} cannot be simulated:\n${loaded.problems.map(renderProblem).join("\n")}`);
}
