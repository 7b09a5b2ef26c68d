import { existsSync } from "node:fs";
import { join } from "node:path";
import { boardConfigs } from "../../firmware/config/board-configs.ts";
import { disk } from "../../firmware/config/files.ts";
import { loadSettings } from "../../firmware/config/load.ts";
import { renderProblem } from "../../firmware/config/problem.ts";
import type { Settings } from "../../firmware/domain/settings.ts";
import { NotedFiles } from "./noted-files.ts";

/** By file. They do for as long as every file that went into them holds what it held. */
const remembered = new Map<string, { readonly files: NotedFiles; readonly settings: Settings }>();

/**
 * The settings of a ready panel by its name, or of a blfd.yaml by its path, as a simulation wants them: without passwords. They are
 * remembered, and read anew only where one of their files has changed.
 *
 * @throws Error with every problem of the settings, each with its place
 */
export function loadPanel(panel: string): Settings {
  const folder = boardConfigs();
  const ready = join(folder, "panels", panel, "blfd.yaml");
  const file = existsSync(ready) ? ready : panel;
  const known = remembered.get(file);
  if (known?.files.unchanged) return known.settings;
  const files = new NotedFiles(disk);
  const loaded = loadSettings(file, { boardConfigs: folder, env: {}, simulated: true, files });
  if (!loaded.ok) throw new Error(`${panel} cannot be simulated:\n${loaded.problems.map(renderProblem).join("\n")}`);
  remembered.set(file, { files, settings: loaded.settings });
  return loaded.settings;
}
