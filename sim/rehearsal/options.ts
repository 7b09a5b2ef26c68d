import type { Settings } from "../../firmware/domain/settings.ts";

export interface SimulateOptions {
  /** A ready panel by its name (board-configs/panels), or the path of a blfd.yaml; `town` where nothing is named. */
  readonly panel?: string;
  /** Instead of it: settings as they are loaded, or made. */
  readonly settings?: Settings;
  /** manual where absent: time passes only while something is waited for, and then at once. */
  readonly clock?: "manual" | "real";
  /** When it begins, on the manual clock and in local time: `2026-03-02T09:00`, a Monday, where absent. */
  readonly at?: string;
  /** Of all that is left to chance; 1 where absent. */
  readonly seed?: number;
}
