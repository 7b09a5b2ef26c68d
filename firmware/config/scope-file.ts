import * as z from "zod";
import type { Hours } from "../domain/hours.ts";
import { extension, privacy, section, shortName, wanting } from "./fields.ts";
import { HOURS_PATTERN, parseHours } from "./hours-text.ts";

export const line = extension("an extension, such as 101").describe("An extension, as the PBX knows it");
export const groupName = shortName("the name of a group in scope.groups");

const groups = z.record(groupName, z.array(line, { error: wanting('a list of extensions, such as ["101", "102"]') }), {
  error: wanting('a map of groups, such as { desk: ["101", "102"] }'),
});

const span = z
  .string({ error: wanting('hours such as "mon-fri 08:00-18:00"') })
  .transform((written, context): Hours => {
    const hours = parseHours(written);
    if (typeof hours !== "string") return hours;
    context.addIssue({ code: "custom", message: hours });
    return z.NEVER;
  })
  .meta({ pattern: HOURS_PATTERN });

const HOURS = wanting('hours such as "20:00-06:00", or a list of them');

/** Spans of the week, as a person writes them. */
export const hours = z
  .union([span, z.array(span, { error: HOURS }).min(1, { error: HOURS })], { error: HOURS })
  .transform((spans) => [spans].flat())
  .describe("mon-fri 08:00-18:00: days, if it is not every day, and from when to when, past midnight too; or several");

const PICKUP = wanting("a list of group names, such as [desk], or pbx");

/** Which lines may be picked up, as a person writes it. */
export const scope = z
  .union(
    [
      z.literal("pbx"),
      section(
        {
          groups: groups.describe("Lines by group"),
          pickup: z
            .union([z.literal("pbx"), z.array(groupName, { error: PICKUP })], { error: PICKUP })
            .describe("The groups whose lines this panel may pick up; pbx leaves it to the PBX's own pickup groups"),
          hours: z
            .record(groupName, hours, { error: wanting('a map of hours, such as { desk: "mon-fri 08:00-18:00" }') })
            .default({})
            .describe("When a group may be picked up, by the clock of this machine; by default always"),
          privacy: z
            .record(groupName, privacy, { error: wanting("a map of groups, such as { desk: full }") })
            .default({})
            .describe(
              "What is reported of the callers of a group's lines; by default as in privacy; a line in several groups has the strictest",
            ),
        },
        wanting("pbx, or a map with groups and pickup"),
      ),
    ],
    { error: wanting("pbx, or a map with groups and pickup") },
  )
  .describe("Which lines this panel may pick up; pbx leaves it to the PBX's own pickup groups");
