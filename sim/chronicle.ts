import type { PbxEvent } from "./pbx/event.ts";
import { CALLERS, COLLEAGUES, DESK } from "./town.ts";

const NAMES: ReadonlyMap<string, string> = new Map(
  [DESK, ...COLLEAGUES, ...CALLERS].map(({ number, name }) => [number, `${name} (${number})`]),
);
const nameOf = (number: string): string => NAMES.get(number) ?? number;

/** What happened on the simulated PBX, in a sentence; undefined for what nobody wants to read. */
export function toldOfCall(event: PbxEvent): string | undefined {
  switch (event.kind) {
    case "calling":
      return NAMES.has(event.to) ? `${nameOf(event.from)} calls ${nameOf(event.to)}` : undefined;
    case "answered":
      return NAMES.has(event.from) ? `${nameOf(event.by)} answers ${nameOf(event.from)}` : undefined;
    case "picked-up":
      return `${nameOf(event.from)} now talks to ${nameOf(event.by)}; ${nameOf(event.to)} has stopped ringing`;
    case "unanswered":
      return `nobody answered ${nameOf(event.from)}`;
    default:
      return undefined;
  }
}

/** What the panel reported over MQTT, in a sentence. */
export function toldOfEvent(payload: string): string | undefined {
  const event = JSON.parse(payload) as Readonly<Record<string, string | boolean | undefined>>;
  switch (event.type) {
    case "pickup":
      return `key ${event.key}: ${event.outcome} — ${event.reason}`;
    case "link":
      return event.up ? "the panel has reached the PBX" : `the panel lost the PBX: ${event.why}`;
    case "fault":
      return `fault: ${event.what}: ${event.why}`;
    case "mended":
      return `mended: ${event.what}`;
    default:
      return undefined;
  }
}
