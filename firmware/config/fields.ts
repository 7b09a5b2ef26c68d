import * as z from "zod";
import type { Millis } from "../domain/millis.ts";

/** What zod hands to an error function, as far as sentences need it. */
export interface Wrong {
  readonly code?: string | undefined;
  readonly input?: unknown;
}

/** Says what is wrong with a value, and what would be right. */
export type Sentence = (wrong: Wrong) => string;

/** A sentence for a value that is not `wanted`: what stands there, and what would be right. */
export function wanting(wanted: string): Sentence {
  return ({ input }) => {
    if (input === undefined) return `missing; write ${wanted}`;
    if (input === null || input === "") return `empty; write ${wanted}`;
    return `not ${shown(input)} but ${wanted}`;
  };
}

function shown(input: unknown): string {
  if (Array.isArray(input)) return input.length === 0 ? "an empty list" : "a list";
  if (typeof input === "object") return "a map";
  const text = String(input);
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : input);
}

/** A map with these keys and no others. The message about an unknown key is the list of known ones: see first-pass. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape, sentence: Sentence) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (wrong) => (wrong.code === "unrecognized_keys" ? known.join(", ") : sentence(wrong)),
  });
}

/** For checks of a whole map or list that would only echo what is wrong inside. */
export function isClean(payload: { readonly issues: readonly unknown[] }): boolean {
  return payload.issues.length === 0;
}

/** One of some names. Those in `notYet` are the design's, but not in this version, for the reason given. */
export function oneOf<const Names extends readonly [string, ...string[]]>(
  names: Names,
  notYet: Readonly<Record<string, string>> = {},
) {
  const wanted = orList(names);
  const sentence = wanting(wanted);
  return z.enum(names, {
    error: (wrong) => {
      const name = typeof wrong.input === "string" && Object.hasOwn(notYet, wrong.input) ? wrong.input : undefined;
      return name === undefined ? sentence(wrong) : `${name} ${notYet[name]}; write ${wanted}`;
    },
  });
}

export function orList(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

/** What may be told of callers. */
export const privacy = oneOf(["off", "masked", "full"]);

/** A text that YAML may take for a number: 101 as well as "101", each as it is written. */
export function text(error: Sentence, pattern: RegExp) {
  return z
    .union([z.string(), z.number()], { error })
    .transform(String)
    .pipe(z.string().regex(pattern, { error }))
    .meta({ pattern: pattern.source });
}

/** The name of a file in board-configs, or its path. */
export function dataFile(kind: string) {
  return text(wanting(`the name of a ${kind}, or a path such as ./my-${kind}.yaml`), /^\S(?:.*\S)?$/).describe(
    `A ${kind} in board-configs, or the path of one: with a slash, or ending in .yaml`,
  );
}

export const title = text(wanting("a short text"), /^\S[^\n]{0,79}$/);

export function flag() {
  return z.boolean({ error: wanting("true or false") });
}

/** What is dialled or watched: letters, digits, and the signs of codes and names. A # is escaped on its way into a URI. */
export const extension = (wanted: string) => text(wanting(wanted), /^[A-Za-z0-9*#+._~!-]{1,64}$/);

/** A name that can be an MQTT topic level, a part of a path here, and a label on a drawing. */
export const shortName = (wanted: string) => text(wanting(wanted), /^[A-Za-z0-9_-]{1,64}$/);

const UNITS: Readonly<Record<string, Millis>> = { ms: 1, s: 1000, m: 60_000 };
const DURATION = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)$/;

/** A time with its unit, from `shortest` to `longest`, both written as a person would. */
export function duration(shortest: string, longest: string) {
  const wanted = `a time from ${shortest} to ${longest}, with its unit`;
  const error = wanting(wanted);
  return z
    .string({ error })
    .regex(DURATION, { error })
    .transform((written, context): Millis => {
      const time = millis(written);
      if (time >= millis(shortest) && time <= millis(longest)) return time;
      context.addIssue({ code: "custom", message: error({ input: written }) });
      return z.NEVER;
    });
}

function millis(written: string): Millis {
  const [, amount = "", unit = ""] = DURATION.exec(written) ?? [];
  return Number(amount) * (UNITS[unit] ?? Number.NaN);
}

export function whole(lowest: number, highest: number) {
  const error = wanting(`a whole number from ${lowest} to ${highest}`);
  return z.int({ error }).min(lowest, { error }).max(highest, { error });
}
