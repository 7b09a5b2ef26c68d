import * as z from "zod";
import { phoneUrl } from "./addresses.ts";
import { dataFile, duration, extension, isClean, oneOf, section, text, wanting } from "./fields.ts";
import { line } from "./scope-file.ts";
import { secretPlace } from "./secrets.ts";

const remote = section(
  {
    phone: dataFile("phone").describe("What kind of phone it is: yealink, snom, or the path of a file that says"),
    url: phoneUrl.describe("http://host[:port] or https://host[:port] of the phone's own web server"),
    user: text(wanting("the user name that the phone asks for"), /^[^\s:]+$/).optional(),
    password: secretPlace.optional().describe("Where that user's password is kept"),
    ca: text(wanting("the path of a PEM file with the CA's certificate"), /^[^\n]+$/)
      .optional()
      .describe("For https: a PEM file with the certificates to trust; by default those of the well-known CAs"),
  },
  wanting("a map such as { phone: yealink, url: https://192.0.2.7 }"),
);

const phone = section(
  {
    line: line.describe("The desk phone's own extension"),
    dial: extension('the code that makes this phone answer by itself, such as "*80102"')
      .optional()
      .describe("What to dial so that this phone answers by itself; by default as the profile says"),
    whenBusy: oneOf(["refuse", "ring"])
      .default("refuse")
      .describe("What a pickup does to a phone that is not idle: nothing, or ring it like any call (landing transfer)"),
    remote: remote.optional().describe("The phone's remote control over HTTP: for landing remote-control, and to park"),
  },
  wanting('a map such as { line: "102" }'),
);

const LANDINGS = ["desk-phone", "transfer", "remote-control"] as const;

const landing = oneOf(LANDINGS, { board: "needs audio, which this version does not have" });

const LIST = wanting("a list such as [desk-phone]");

const landings = z
  .array(landing, { error: LIST })
  .min(1, { error: LIST })
  .refine((names) => new Set(names).size === names.length, {
    error: "names a landing twice; name each once",
    when: isClean,
  })
  .describe(
    "How a call gets to the desk phone, in order of preference. desk-phone: the phone answers by itself and is handed the call; " +
      "transfer: the panel takes the call and hands it on; remote-control: the phone is told to take it",
  );

/** Where nothing is written. */
export const DEFAULT_LANDINGS: readonly (typeof LANDINGS)[number][] = ["desk-phone"];

/** How calls are picked up, as a person writes it. */
export const pickup = section(
  {
    phone: phone.optional().describe("The desk phone beside the panel"),
    landings: landings.prefault([...DEFAULT_LANDINGS]),
    method: oneOf(["auto", "feature-code", "replaces", "group-code"])
      .default("auto")
      .describe("What takes the call; auto: Replaces where the PBX tells enough of it, else the profile's codes"),
    deadline: duration("1s", "30s").prefault("4s").describe("A pickup that took longer has failed"),
  },
  wanting('a map such as { phone: { line: "102" } }'),
);

/** What the second pass can work with. Landings that are wrong are missing there, not taken for the default. */
export const pickupParts = pickup.extend({ landings: landings.optional() });

export type RemoteParts = z.output<typeof remote>;
