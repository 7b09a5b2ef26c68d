import { isAudible, isVisible } from "../domain/alert-policy.ts";
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

/** What the board and the keys need for the alerts that the settings want. */
export function checkAlerts({ parts: { alerts, keys }, board }: Known, source: Source): void {
  if (alerts === undefined) return;
  const { style, delay, tones } = alerts;
  if (board !== undefined && board.buzzer === undefined) {
    const mend = "add one to it, such as buzzer: { bit: 19 }, or";
    if (isAudible({ style })) {
      const rest = style === "both" ? "visual" : "none";
      source.problem(["alerts", "style"], `board ${board.name} has no buzzer; ${mend} write style: ${rest}`);
    }
    if (tones) source.problem(["alerts", "tones"], `board ${board.name} has no buzzer; ${mend} take tones out`);
  }
  if (style === "none" && delay > 0) source.warn(["alerts", "delay"], "means nothing while style is none");
  if (!isVisible({ style })) return;
  const rest = style === "both" ? "audio" : "none";
  if (board !== undefined && !board.lamps?.some(({ id }) => id === "zone")) {
    const mend = `add lamps: { zone: { leds: … } } to it, or write style: ${rest}`;
    source.problem(["alerts", "style"], `board ${board.name} has no zone lamp; ${mend}`);
  }
  // A key that is wrong in itself may be that one.
  if (keys === undefined || Object.keys(keys).length < source.names(["keys"]).length) return;
  if (!Object.values(keys).some((key) => key.kind === "panel" && key.action === "acknowledge")) {
    const text = `${style} keeps a call in mind until somebody acknowledges it; give a key { action: acknowledge }, or write style: ${rest}`;
    source.problem(["alerts", "style"], text);
  }
}
