import { type Hours, type LocalTime, within } from "./hours.ts";
import type { Millis } from "./millis.ts";

export type AlertStyle = "none" | "audio" | "visual" | "both";

/** How somebody who does not look at the keys learns that a line rings. */
export interface AlertPolicy {
  /** audio: the buzzer sounds while it rings. visual: the zone lamp keeps in mind a call that nobody has answered. */
  readonly style: AlertStyle;
  /** A ring that is shorter alerts nobody. */
  readonly delay: Millis;
  /** Empty: always. Outside of them nothing sounds, and no call is kept in mind. */
  readonly hours: readonly Hours[];
  /** Whether the buzzer tells what became of a press. */
  readonly tones: boolean;
}

export const NO_ALERTS: AlertPolicy = { style: "none", delay: 0, hours: [], tones: false };

export const isAudible = ({ style }: Pick<AlertPolicy, "style">): boolean => style === "audio" || style === "both";
export const isVisible = ({ style }: Pick<AlertPolicy, "style">): boolean => style === "visual" || style === "both";

export const inHours = ({ hours }: AlertPolicy, local: LocalTime): boolean =>
  hours.length === 0 || within(hours, local);
