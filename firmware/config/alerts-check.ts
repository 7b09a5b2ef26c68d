import type { Known } from "./known.ts";
import { checkGroup } from "./scope-check.ts";
import type { Source } from "./source.ts";

/** What the board needs for the zone that the settings name. */
export function checkZone({ parts: { zone, scope }, board }: Known, source: Source): void {
  if (zone === undefined) return;
  if (board !== undefined && !board.lamps?.some(({ id }) => id === "zone")) {
    const text = `board ${board.name} has no zone lamp; add lamps: { zone: { leds: … } } to it, or take zone out`;
    source.problemOfKey(["zone"], text);
  }
  // Where the scope is wrong in itself, that is told already.
  if (scope !== undefined || !source.names([]).includes("scope")) checkGroup(zone, ["zone"], source);
}
