import type { Told } from "./message.ts";
import { aboutOf, type Fields, text } from "./reading.ts";

const OUTCOMES: Readonly<Record<string, string>> = {
  "picked-up": "picked up",
  done: "done",
  refused: "refused",
  "too-late": "too late",
  "no-answer": "no answer",
  failed: "failed",
};

const ASKED: Readonly<Record<string, string>> = {
  pickup: "pickup",
  retrieve: "fetching a parked call",
  park: "parking",
  dial: "dialling",
};

/**
 * An event of the panel as a person reads it; undefined for what another event tells better.
 *
 * @param label of a key, "" where it has none
 */
export function toldOfEvent(event: Fields, label: (key: string) => string, now: string): Told | undefined {
  const at = text(event.at) ?? now;
  const key = text(event.key) ?? "";
  const type = text(event.type) ?? "";
  switch (type) {
    case "pickup":
    case "retrieve":
    case "park":
    case "dial":
      return ofOutcome(event, `Key ${key}${named(label(key), aboutOf(event))}`, at, ASKED[type] ?? type);
    case "press":
      // What a press on a line came to is told by its outcome; an action has none.
      if (event.action !== "lamp-test") return undefined;
      return { at, kind: "press", title: `Key ${key}: lamp test`, why: "every lamp lights up for three seconds" };
    case "acknowledge":
      return { at, kind: "press", title: `Key ${key}: acknowledged`, why: silenced(event.lines) };
    case "link": {
      const title = event.up === true ? "The panel has reached the PBX" : "The panel has lost the PBX";
      return { at, kind: "link", title, ...because(event) };
    }
    case "fault":
      return { at, kind: "fault", title: `Fault: ${text(event.what) ?? ""}`, ...because(event) };
    case "mended":
      return { at, kind: "fault", title: `Mended: ${text(event.what) ?? ""}` };
    default:
      return undefined;
  }
}

function ofOutcome(event: Fields, who: string, at: string, asked: string): Told {
  const outcome = text(event.outcome) ?? "";
  const how = [
    ["by ", text(event.method)],
    ["", text(event.because)],
    ["landing ", text(event.landing)],
    ["SIP ", number(event.code)],
    ["after ", number(event.took, " ms")],
  ].flatMap(([before, word]) => (word === undefined ? [] : [`${before}${word}`]));
  // Where no landing was tried, nothing was sent, and how long that took says nothing.
  const tried = event.landing !== undefined;
  return {
    at,
    kind: "press",
    title: `${who}: ${asked === "pickup" ? "" : `${asked} `}${OUTCOMES[outcome] ?? outcome}`,
    outcome,
    ...(event.reason !== undefined && { why: text(event.reason) ?? "" }),
    ...(tried && { how: how.join(" · ") }),
  };
}

function named(label: string, about: string): string {
  if (label === "") return about === "" ? "" : `, ${about}`;
  return about === "" || about === label ? `, ${label}` : `, ${label} (${about})`;
}

function because({ why }: Fields): { why?: string } {
  const reason = text(why);
  return reason === undefined ? {} : { why: reason };
}

function silenced(lines: unknown): string {
  const count = Array.isArray(lines) ? lines.length : 0;
  if (count === 0) return "nothing rang that nobody knew of";
  return count === 1 ? "one ring is silenced; its lamp goes on" : `${count} rings are silenced; their lamps go on`;
}

function number(value: unknown, unit = ""): string | undefined {
  return typeof value === "number" ? `${value}${unit}` : undefined;
}
