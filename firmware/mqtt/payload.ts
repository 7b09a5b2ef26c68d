import type { Caller } from "../domain/caller.ts";
import type { Report } from "../domain/effect.ts";
import type { Subject } from "../domain/key-settings.ts";
import type { LampState } from "../domain/lamp.ts";
import type { LineState } from "../domain/line-state.ts";
import type { Trial } from "../domain/task.ts";

export const ONLINE = "online";
export const OFFLINE = "offline";

/** A payload, or how to make it when it is sent. */
export type Text = string | (() => string);

export function textOf(text: Text): string {
  return typeof text === "string" ? text : text();
}

/** What a key's lamp shows, and of what. */
export interface LampReport extends LampState {
  readonly on: Subject;
  readonly label: string;
  readonly state: LineState;
  /** When this state began. */
  readonly since: Date;
  /** Who is behind it. Absent unless the panel's privacy lets it be told; the broker keeps no caller longer than the call lasts. */
  readonly caller?: Caller;
}

export function lampPayload({ on, label, state, since, colour, cadence, caller }: LampReport): string {
  const who = caller && { name: caller.name, number: caller.number };
  return JSON.stringify({ ...named(on), label, state, since: since.toISOString(), colour, cadence, caller: who });
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
      return { press: report.press, key: report.key, ...named(report.on) };
    case "pickup":
    case "retrieve":
    case "park":
    case "dial": {
      const { press, key, on, outcome, trial, took } = report;
      const { kind, reason, code } = outcome;
      return { press, key, ...named(on), outcome: kind, reason, code, ...tried(trial), took: Math.round(took) };
    }
    case "acknowledge":
      return { press: report.press, key: report.key, lines: report.lines };
    case "link":
      return { up: report.up, why: report.why };
    case "fault":
      return { what: report.what, why: report.why };
    case "mended":
      return { what: report.what };
  }
}

function named(on: Subject): Subject {
  if ("line" in on) return { line: on.line };
  if ("group" in on) return { group: on.group };
  return "slot" in on ? { slot: on.slot } : { action: on.action };
}

function tried(trial: Trial | undefined): Readonly<Record<string, unknown>> {
  if (trial === undefined) return {};
  const { method, because, landing } = trial;
  return { method, because, landing, steps: trial.steps.map(({ step, took }) => ({ step, took: Math.round(took) })) };
}
