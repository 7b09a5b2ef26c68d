import type { Scenario } from "../../firmware/config/load-scenario.ts";
import type { Place } from "../../firmware/config/problem.ts";
import type { Expectation, Step } from "../../firmware/config/step-file.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import { Chronicle } from "../chronicle.ts";
import type { PbxEvent } from "../pbx/event.ts";
import type { Rehearsal } from "../rehearsal/rehearsal.ts";
import { townOf } from "../town.ts";
import { inWords } from "./words.ts";

/** One thing in a timeline: what somebody did, what was seen, what was expected and came, or did not. */
export interface Moment {
  /** Since the beginning. */
  readonly at: Millis;
  readonly kind: "said" | "deed" | "seen" | "met" | "missed";
  readonly text: string;
}

export interface Verdict {
  readonly scenario: Scenario;
  readonly timeline: readonly Moment[];
  /** Where it did not go as written, and what came instead. */
  readonly failure?: { readonly place: Place; readonly message: string };
  /** On the scenario's clock. */
  readonly took: Millis;
}

/** Who tells what happens beside the panel. */
export interface Heard {
  readonly onCall?: (listener: (event: PbxEvent) => void) => () => void;
  /** Of a captured conversation, in words. */
  readonly onTold?: (listener: (text: string) => void) => () => void;
}

/** Plays a scenario to its end, or to the first thing that does not come. Closes nothing. */
export async function play(scenario: Scenario, rehearsal: Rehearsal, { onCall, onTold }: Heard = {}): Promise<Verdict> {
  const begun = rehearsal.now;
  const timeline: Moment[] = [];
  const tell = (kind: Moment["kind"], text: string | undefined): void => {
    if (text !== undefined) timeline.push({ at: rehearsal.now - begun, kind, text });
  };
  const chronicle = new Chronicle(townOf(scenario.settings));
  const heard = [
    rehearsal.scene.onPublish((topic, payload) => {
      if (topic.endsWith("/event")) tell("seen", chronicle.report(payload));
    }),
    onCall?.((event) => tell("seen", chronicle.call(event))),
    onTold?.((text) => tell("seen", text)),
  ];
  const verdict = { scenario, timeline };
  try {
    for (const [i, step] of scenario.steps.entries()) {
      const words = inWords(step, (number) => chronicle.name(number));
      const before = step.kind === "say" ? "said" : step.kind === "expect" ? undefined : "deed";
      if (before) tell(before, words);
      try {
        await take(step, rehearsal);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        tell("missed", before ? message : `${words} — ${message}`);
        const place = scenario.places[i] ?? { file: scenario.file, line: 1, column: 1 };
        return { ...verdict, failure: { place, message }, took: rehearsal.now - begun };
      }
      if (step.kind === "expect") tell("met", words);
    }
  } finally {
    for (const stop of heard) stop?.();
  }
  return { ...verdict, took: rehearsal.now - begun };
}

async function take(step: Step, on: Rehearsal): Promise<void> {
  switch (step.kind) {
    case "say":
      return;
    case "call":
      return on.call(step.from, step.to);
    case "transfer":
      return on.transfer(step.from, step.to);
    case "answer":
      return on.answer(step.number);
    case "hang up":
      return on.hangUp(step.number);
    case "hold":
      return on.hold(step.number);
    case "resume":
      return on.resume(step.number);
    case "park":
      return on.park(step.number);
    case "press":
      return on.press(step.key, step.hold);
    case "close":
      return on.close(step.key);
    case "open":
      return on.open(step.key);
    case "unplug":
      return on.unplug(step.bank);
    case "replug":
      return on.replug(step.bank);
    case "link":
      return step.is === "cut" ? on.cut() : on.restore();
    case "fault":
      return on.fault(step.name, true);
    case "mend":
      return on.fault(step.name, false);
    case "wait":
      return on.wait(step.time);
    case "expect":
      return see(step, on);
  }
}

async function see(step: Expectation, on: Rehearsal): Promise<void> {
  switch (step.of) {
    case "lamp":
      return "stays" in step
        ? on.stays(step.lamp, step.stays, step.during)
        : on.until(step.lamp, step.shows, step.within, step.caller);
    case "outcome": {
      const { outcome, reason = "" } = await on.came(step.within);
      if (outcome === step.outcome && reason.includes(step.reason ?? "")) return;
      throw new Error(`the press came to ${outcome}: ${reason}`);
    }
    case "event":
      await on.event(step.part, step.within);
      return;
    case "no event":
      return on.noEvent(step.part, step.during);
    case "buzzer":
      return on.buzzes(step.on, step.within);
    case "phone":
      return on.phoneIs(step.number, step.is, step.within);
  }
}
