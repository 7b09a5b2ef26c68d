import type { Report } from "../domain/effect.ts";
import type { LampState } from "../domain/lamp.ts";
import type { LineId } from "../domain/line.ts";
import type { LineState } from "../domain/line-state.ts";

export const ONLINE = "online";
export const OFFLINE = "offline";

/** A payload, or how to make it when it is sent. */
export type Text = string | (() => string);

export function textOf(text: Text): string {
  return typeof text === "string" ? text : text();
}

/** What a key's lamp shows, and of what. There is no field for a caller. */
export interface LampReport extends LampState {
  readonly line: LineId;
  readonly label: string;
  readonly state: LineState;
  /** When the line entered this state. */
  readonly since: Date;
}

export function lampPayload({ line, label, state, since, colour, cadence }: LampReport): string {
  return JSON.stringify({ line, label, state, since: since.toISOString(), colour, cadence });
}

export function pbxPayload(up: boolean, since: Date): string {
  return JSON.stringify({ state: up ? "up" : "down", since: since.toISOString() });
}

/** @param id the same whenever this event is sent, and no other event's */
export function eventPayload(report: Report, id: string, at: Date): string {
  return JSON.stringify({ id, at: at.toISOString(), type: report.type, ...detailsOf(report) });
}

/** Field by field, so that nothing gets out that is not named here. */
function detailsOf(report: Report): Readonly<Record<string, unknown>> {
  switch (report.type) {
    case "press":
      return { press: report.press, key: report.key, line: report.line };
    case "pickup": {
      const { press, key, line, outcome, took } = report;
      const { kind, reason, code } = outcome;
      return { press, key, line, outcome: kind, reason, code, took: Math.round(took) };
    }
    case "link":
      return { up: report.up, why: report.why };
    case "fault":
      return { what: report.what, why: report.why };
    case "mended":
      return { what: report.what };
  }
}
