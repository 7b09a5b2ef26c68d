import * as z from "zod";
import { LOOKS, type Look } from "../domain/look.ts";
import type { Millis } from "../domain/millis.ts";
import { OUTCOMES, type OutcomeKind } from "../domain/outcome.ts";
import { duration, extension, isClean, oneOf, section, shortName, text, wanting } from "./fields.ts";

const number = extension("somebody's number, such as 101");
const key = shortName("a key as the board names it, such as 1");
const lamp = shortName("a key, or a lamp of the board, such as 1 or zone");
const bank = shortName("a bank as the board names it, such as lamps");
const fault = shortName("a fault of the simulated PBX, such as silent-death");
const sentence = text(wanting("a sentence for whoever reads the timeline"), /^\S[^\n]*$/);
const within = duration("0ms", "60m");
const names = <Name extends string>(all: readonly Name[]) => all as readonly [Name, ...Name[]];

const part = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]), {
    error: wanting('a part of an event, such as { type: fault, what: "line 101" }'),
  })
  .describe("What has to be in the event, as it is on MQTT; a text, where it is contained");

const expectation = section(
  {
    lamp: lamp.optional().describe("A key's lamp, or another one of the board"),
    shows: oneOf(names(LOOKS))
      .optional()
      .describe("With lamp: what it has to show within that time: a state of its line, a pattern, or what an eye sees"),
    caller: sentence
      .optional()
      .describe("With lamp and shows: words of whom the panel names as the caller; nobody, where it is to name none"),
    stays: oneOf(names(LOOKS)).optional().describe("With lamp and for: what it has to show all that time"),
    outcome: oneOf(names(OUTCOMES)).optional().describe("What the last press came to"),
    reason: sentence.optional().describe("With outcome: words of its reason"),
    event: part.optional(),
    "no event": part.optional(),
    buzzer: oneOf(["on", "off"]).optional(),
    phone: number.optional(),
    is: oneOf(["idle", "calling", "ringing", "talking"]).optional().describe("With phone: what it does"),
    within: within.optional().describe("How long it may take; 5s where absent, and for an outcome as long as a pickup"),
    for: within.optional().describe("How long it has to last"),
  },
  wanting("a map such as { lamp: 1, shows: ringing }"),
);

/** By what is expected: what has to stand beside it, and what may. */
const BESIDE = {
  lamp: { has: [["shows", "stays"]], may: ["caller", "within", "for"] },
  outcome: { has: [], may: ["reason", "within"] },
  event: { has: [], may: ["within"] },
  "no event": { has: [["for"]], may: [] },
  buzzer: { has: [], may: ["within"] },
  phone: { has: [["is"]], may: ["within"] },
} as const;
type Subject = keyof typeof BESIDE;
const SUBJECTS = Object.keys(BESIDE) as readonly Subject[];

type Expected = z.output<typeof expectation>;

const expected = expectation.transform((written, context): Expected => {
  if (!isClean(context)) return z.NEVER;
  const complain = (message: string, path: string[] = []) => context.addIssue({ code: "custom", message, path });
  const subjects = SUBJECTS.filter((name) => written[name] !== undefined);
  const [subject] = subjects;
  if (subject === undefined || subjects.length > 1) {
    const what = subject === undefined ? "does not say of what" : `is about ${subjects.join(" and ")} at once`;
    complain(`${what}; write one of ${SUBJECTS.join(", ")}`);
    return z.NEVER;
  }
  const { has, may } = BESIDE[subject];
  for (const choice of has) {
    const there = choice.filter((name) => written[name] !== undefined);
    if (there.length !== 1) complain(`${subject} wants ${choice.join(" or ")} beside it; write one of them`);
  }
  const known: readonly string[] = [subject, ...has.flat(), ...may];
  for (const name of Object.keys(written)) {
    if (!known.includes(name)) complain(`means nothing beside ${subject}; take it out`, [name]);
  }
  const { stays, shows, caller } = written;
  if (caller !== undefined && shows === undefined) complain("means nothing without shows; write that, too", ["caller"]);
  if (stays !== undefined && written.for === undefined) complain("stays wants a time beside it; write for: 2s");
  if (stays !== undefined && written.within !== undefined)
    complain("means nothing beside stays; write for", ["within"]);
  if (shows !== undefined && written.for !== undefined) complain("means nothing beside shows; write within", ["for"]);
  return written;
});

const hold = within.describe("How long the finger stays");

const pressed = z
  .union([z.string(), z.number(), section({ key, hold }, wanting("{ key: 1, hold: 2s }"))], {
    error: wanting("a key, such as 1, or { key: 1, hold: 2s }"),
  })
  .transform((written) => (typeof written === "object" ? written : { key: String(written) }));

const DEEDS = {
  say: sentence.describe("A sentence for the timeline"),
  call: section({ from: number, to: extension("what is dialled, such as 101") }, wanting('{ from: "201", to: "101" }')),
  answer: number.describe("Whoever is there waits for the ring, if need be"),
  "hang up": number.describe("Ends, cancels or rejects the call there is"),
  hold: number,
  resume: number,
  transfer: section({ from: number, to: number }, wanting('{ from: "101", to: "103" }')).describe(
    "Hands the other side on, without asking",
  ),
  park: number.describe("Hands the other side to the PBX's parking lot"),
  press: pressed.describe("A finger on a key, and off again"),
  close: key.describe("A finger that stays"),
  open: key,
  unplug: bank.describe("A chip of the board, or a sidecar, loses its plug"),
  replug: bank,
  link: oneOf(["cut", "restored"]).describe("The cable between the panel and its PBX"),
  fault: fault.describe("Something is wrong with the PBX from now on"),
  mend: fault.describe("And not any more"),
  wait: within,
  expect: expected,
};

const written = z.object(DEEDS).partial().shape;
const KINDS = Object.keys(DEEDS) as readonly (keyof typeof DEEDS)[];

/** One step, as its author meant it. */
export type Step =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "call" | "transfer"; readonly from: string; readonly to: string }
  | { readonly kind: "answer" | "hang up" | "hold" | "resume" | "park"; readonly number: string }
  | { readonly kind: "press"; readonly key: string; readonly hold?: Millis | undefined }
  | { readonly kind: "close" | "open"; readonly key: string }
  | { readonly kind: "unplug" | "replug"; readonly bank: string }
  | { readonly kind: "link"; readonly is: "cut" | "restored" }
  | { readonly kind: "fault" | "mend"; readonly name: string }
  | { readonly kind: "wait"; readonly time: Millis }
  | ({ readonly kind: "expect" } & Expectation);

export type Expectation =
  | {
      readonly of: "lamp";
      readonly lamp: string;
      readonly shows: Look;
      readonly caller?: string | undefined;
      readonly within?: Millis | undefined;
    }
  | { readonly of: "lamp"; readonly lamp: string; readonly stays: Look; readonly during: Millis }
  | {
      readonly of: "outcome";
      readonly outcome: OutcomeKind;
      readonly reason?: string | undefined;
      readonly within?: Millis | undefined;
    }
  | { readonly of: "event"; readonly part: Readonly<Record<string, unknown>>; readonly within?: Millis | undefined }
  | { readonly of: "no event"; readonly part: Readonly<Record<string, unknown>>; readonly during: Millis }
  | { readonly of: "buzzer"; readonly on: boolean; readonly within?: Millis | undefined }
  | {
      readonly of: "phone";
      readonly number: string;
      readonly is: "idle" | "calling" | "ringing" | "talking";
      readonly within?: Millis | undefined;
    };

/** One deed or one expectation. */
export const step = section(written, wanting("a step, such as press: 1, or expect: { lamp: 1, shows: ringing }"))
  .meta({ minProperties: 1, maxProperties: 1 })
  .transform((step, context): Step => {
    if (!isClean(context)) return z.NEVER;
    const kinds = KINDS.filter((kind) => step[kind] !== undefined);
    if (kinds.length !== 1) {
      const what = kinds.length === 0 ? "does nothing" : `is ${kinds.join(" and ")} at once`;
      context.addIssue({
        code: "custom",
        message: `${what}; write one of ${KINDS.join(", ")}, each in a step of its own`,
      });
      return z.NEVER;
    }
    return toStep(step) ?? z.NEVER;
  });

function toStep(step: z.output<z.ZodObject<typeof written>>): Step | undefined {
  for (const kind of ["answer", "hang up", "hold", "resume", "park"] as const) {
    const number = step[kind];
    if (number !== undefined) return { kind, number };
  }
  for (const kind of ["call", "transfer"] as const) if (step[kind]) return { kind, ...step[kind] };
  for (const kind of ["close", "open"] as const) if (step[kind] !== undefined) return { kind, key: step[kind] };
  for (const kind of ["unplug", "replug"] as const) if (step[kind] !== undefined) return { kind, bank: step[kind] };
  for (const kind of ["fault", "mend"] as const) if (step[kind] !== undefined) return { kind, name: step[kind] };
  if (step.say !== undefined) return { kind: "say", text: step.say };
  if (step.press !== undefined) return { kind: "press", ...step.press };
  if (step.link !== undefined) return { kind: "link", is: step.link };
  if (step.wait !== undefined) return { kind: "wait", time: step.wait };
  return step.expect && toExpectation(step.expect);
}

function toExpectation(expected: Expected): Step | undefined {
  const { lamp, shows, caller, stays, outcome, reason, event, buzzer, phone, is, within, for: during = 0 } = expected;
  const kind = "expect";
  if (lamp !== undefined && shows !== undefined) return { kind, of: "lamp", lamp, shows, caller, within };
  if (lamp !== undefined && stays !== undefined) return { kind, of: "lamp", lamp, stays, during };
  if (outcome !== undefined) return { kind, of: "outcome", outcome, reason, within };
  if (event) return { kind, of: "event", part: event, within };
  if (expected["no event"]) return { kind, of: "no event", part: expected["no event"], during };
  if (buzzer !== undefined) return { kind, of: "buzzer", on: buzzer === "on", within };
  return phone === undefined || is === undefined ? undefined : { kind, of: "phone", number: phone, is, within };
}
