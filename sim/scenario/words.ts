import type { Expectation, Step } from "../../firmware/config/step-file.ts";
import type { Millis } from "../../firmware/domain/millis.ts";

/** A step as a person tells it. `name` is how a number is called: `Accounts (101)`. */
export function inWords(step: Step, name: (number: string) => string): string {
  switch (step.kind) {
    case "say":
      return step.text;
    case "call":
      return `${name(step.from)} calls ${name(step.to)}`;
    case "answer":
      return `${name(step.number)} answers`;
    case "hang up":
      return `${name(step.number)} hangs up`;
    case "hold":
      return `${name(step.number)} puts the call on hold`;
    case "resume":
      return `${name(step.number)} takes the call back from hold`;
    case "transfer":
      return `${name(step.from)} hands the call on to ${name(step.to)}`;
    case "park":
      return `${name(step.number)} parks the call`;
    case "press":
      return `key ${step.key} is pressed${step.hold === undefined ? "" : ` for ${time(step.hold)}`}`;
    case "close":
      return `key ${step.key} is pressed, and held`;
    case "open":
      return `key ${step.key} is released`;
    case "unplug":
      return `${step.bank} is unplugged`;
    case "replug":
      return `${step.bank} is plugged in again`;
    case "link":
      return step.is === "cut" ? "the cable to the PBX is cut" : "the cable to the PBX is mended";
    case "fault":
      return `the PBX is at fault: ${step.name}`;
    case "mend":
      return `the PBX is well again: ${step.name}`;
    case "wait":
      return `${time(step.time)} pass`;
    case "expect":
      return expected(step, name);
  }
}

function expected(step: Expectation, name: (number: string) => string): string {
  switch (step.of) {
    case "lamp":
      if ("stays" in step) return `lamp ${step.lamp} stays ${step.stays} for ${time(step.during)}`;
      return `lamp ${step.lamp}: ${step.shows}${step.caller === undefined ? "" : `, from ${step.caller}`}${by(step.within)}`;
    case "outcome":
      return `outcome: ${step.outcome}${step.reason === undefined ? "" : `, “${step.reason}”`}${by(step.within)}`;
    case "event":
      return `an event with ${parts(step.part)}${by(step.within)}`;
    case "no event":
      return `no event with ${parts(step.part)} for ${time(step.during)}`;
    case "buzzer":
      return `the buzzer is ${step.on ? "heard" : "silent"}${by(step.within)}`;
    case "phone":
      return `${name(step.number)} is ${step.is}${by(step.within)}`;
  }
}

const by = (within: Millis | undefined): string => (within === undefined ? "" : ` within ${time(within)}`);
const time = (span: Millis): string => (span < 1000 ? `${span} ms` : `${span / 1000} s`);
const parts = (part: Readonly<Record<string, unknown>>): string =>
  Object.entries(part)
    .map(([field, value]) => `${field} ${value}`)
    .join(", ");
