import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder board-configs that comes with blfd: beside the bundle's folder when built, in the sources' root else. */
export function boardConfigs(): string {
  const places = ["../board-configs", "../../board-configs"].map((p) => fileURLToPath(new URL(p, import.meta.url)));
  return places.find((place) => existsSync(place)) ?? "board-configs";
}
