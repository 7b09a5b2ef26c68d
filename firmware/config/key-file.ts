import * as z from "zod";
import { extension, flag, isClean, oneOf, section, text, title, wanting } from "./fields.ts";
import { groupName, line } from "./scope-file.ts";

const action = text(
  wanting('dial, nothing, or what to dial with {line}, such as "*80{line}"'),
  /^(?:dial|nothing|[A-Za-z0-9*#+._~!-]*\{line\}[A-Za-z0-9*#+._~!-]*)$/,
);

/** What presses do while the line is idle. */
function idle(otherwise: string) {
  const by = (press: string) =>
    action.optional().describe(`By a ${press} press the desk phone dials the line, or what stands here; ${otherwise}`);
  return section({ short: by("short"), long: by("long") }, wanting("a map such as { short: dial, long: nothing }"));
}

export const actions = section(
  { idle: idle("by default nothing").prefault({}) },
  wanting("a map such as { idle: { short: dial } }"),
);

type Idle = z.output<ReturnType<typeof idle>>;

const written = section(
  {
    line: line.optional().describe("The line that this key watches"),
    group: groupName.optional().describe("The group of scope.groups whose most urgent line this key shows"),
    park: extension("a park slot, such as 701").optional().describe("The park slot that this key shows"),
    action: oneOf(["acknowledge", "lamp-test"])
      .optional()
      .describe("acknowledge: silence for what rings now; lamp-test: every lamp lit"),
    label: title.optional().describe("What is printed beside the key; by default what it shows"),
    pickup: flag().optional().describe("false: this key watches and never picks up"),
    mailbox: extension("a mailbox, such as 101")
      .optional()
      .describe("The mailbox whose messages this key shows while its line is idle; by default none"),
    idle: idle("by default as in actions").optional().describe("What presses do while the line is idle"),
  },
  wanting('a map such as { line: "101", label: Reception }'),
);

const KINDS = ["line", "group", "park", "action"] as const;
type Kind = (typeof KINDS)[number];

/** What may stand beside each. */
const BESIDE: Readonly<Record<Kind, readonly string[]>> = {
  line: ["label", "pickup", "mailbox", "idle"],
  group: ["label", "pickup"],
  park: ["label"],
  action: ["label"],
};

/** A key as its author meant it. */
export type KeyParts = { readonly label: string | undefined } & (
  | {
      readonly kind: "line";
      readonly line: string;
      readonly pickup: boolean | undefined;
      readonly mailbox: string | undefined;
      readonly idle: Idle;
    }
  | { readonly kind: "group"; readonly group: string; readonly pickup: boolean | undefined }
  | { readonly kind: "park"; readonly slot: string }
  | { readonly kind: "panel"; readonly action: "acknowledge" | "lamp-test" }
);

/** A key is for one thing, and what stands beside has to suit it. */
export const key = written
  .meta({ oneOf: KINDS.map((kind) => ({ required: [kind] })) })
  .transform((key, context): KeyParts => {
    if (!isClean(context)) return z.NEVER;
    const kinds = KINDS.filter((kind) => key[kind] !== undefined);
    const [kind, other] = kinds;
    if (kind === undefined || other !== undefined) {
      const what = kind === undefined ? "does not say what it is for" : `is for ${kinds.join(" and ")} at once`;
      context.addIssue({ code: "custom", message: `${what}; write one of line, group, park or action` });
      return z.NEVER;
    }
    for (const name of Object.keys(key)) {
      if (name === kind || BESIDE[kind].includes(name)) continue;
      context.addIssue({ code: "custom", path: [name], message: `means nothing beside ${kind}; take it out` });
    }
    const { line, group, park, action, label, pickup, mailbox, idle = {} } = key;
    if (line !== undefined) return { kind: "line", line, label, pickup, mailbox, idle };
    if (group !== undefined) return { kind: "group", group, label, pickup };
    if (park !== undefined) return { kind: "park", slot: park, label };
    return action === undefined ? z.NEVER : { kind: "panel", action, label };
  });
