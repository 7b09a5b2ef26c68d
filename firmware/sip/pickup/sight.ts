import type { Quarry } from "../../domain/attempt/attempt.ts";
import type { Dialog } from "../../domain/dialog.ts";
import type { LineId } from "../../domain/line.ts";
import { isRinging } from "../../domain/roster.ts";
import type { Cancel } from "../../hal/clock.ts";
import type { LineReport } from "../line-report.ts";
import type { Watch } from "./landing.ts";

/** What a pickup needs to know of lines. */
export interface Lines {
  view(line: LineId): LineReport;
  /** As the PBX told of them last; none of a line that it does not tell of. */
  dialogs(line: LineId): readonly Dialog[];
  /** Each change of a line, after which its view is new. */
  onReport(listener: (report: LineReport) => void): Cancel;
}

/** Watches some lines and the desk phone, the lines as one quarry. */
export function watching(lines: Lines, phone: LineId, quarries: Iterable<LineId>, quarry: () => Quarry): Watch {
  const seen = new Set([phone, ...quarries]);
  return {
    quarry,
    phone: () => lines.view(phone).state,
    onChange: (listener) => lines.onReport(({ line }) => seen.has(line) && listener()),
  };
}

/** One ring at each of some lines. Any that ends, or becomes another, is gone. */
export function ringsAt(lines: Lines, rings: ReadonlyMap<LineId, string | undefined>): () => Quarry {
  return () => {
    let unknown = false;
    for (const [line, ring] of rings) {
      const { state, ring: now } = lines.view(line);
      if (state === "unknown") unknown = true;
      else if (state !== "ringing" || now !== ring) return "gone";
    }
    return unknown ? "unknown" : "there";
  };
}

/** The call in a park slot. */
export function callIn(lines: Lines, slot: LineId): () => Quarry {
  return () => {
    const { state } = lines.view(slot);
    if (state === "unknown") return "unknown";
    return state === "busy" || state === "held" ? "there" : "gone";
  };
}

/** The room in some park slots: gone once a call is in one of them. Those that are not seen have none. */
export function roomIn(lines: Lines, slots: readonly LineId[]): () => Quarry {
  const calls = slots.map((slot) => callIn(lines, slot)).filter((call) => call() !== "unknown");
  return () => {
    const quarries = calls.map((call) => call());
    if (quarries.includes("there")) return "gone";
    return quarries.length === 0 || quarries.includes("unknown") ? "unknown" : "there";
  };
}

/** Whether the call that rings at a line rings at another one as well: then one caller is behind both. */
export function ringsTogether(lines: Lines, line: LineId, others: Iterable<LineId>): boolean {
  const callers = new Set(lines.dialogs(line).filter(isRinging).flatMap(callerOf));
  if (callers.size === 0) return false;
  for (const other of others) {
    if (
      other !== line &&
      lines
        .dialogs(other)
        .filter(isRinging)
        .flatMap(callerOf)
        .some((caller) => callers.has(caller))
    ) {
      return true;
    }
  }
  return false;
}

const callerOf = ({ remote }: Dialog): string[] => (remote?.identity === undefined ? [] : [remote.identity]);
