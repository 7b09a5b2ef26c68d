import type { KeyId } from "../domain/key.ts";
import type { CommandName } from "../domain/settings.ts";

/** What the panel can be told over MQTT. */
export type Command =
  | { readonly verb: "lamp-test" }
  /** One key, all that is on one bank of the board, or everything. */
  | { readonly verb: "identify"; readonly key?: KeyId; readonly bank?: string }
  | { readonly verb: "reload" };

/** By verb, what its payload may hold beside the id. */
const FIELDS: Readonly<Record<CommandName, readonly string[]>> = {
  "lamp-test": [],
  identify: ["key", "bank"],
  reload: [],
};

export const COMMANDS = Object.keys(FIELDS) as readonly CommandName[];

/** What became of a command: done; not understood, or not to be had; tried in vain; or not looked at, for a reason. */
export type CommandResult =
  | { readonly result: "done" }
  | { readonly result: "refused" | "failed" | "ignored"; readonly why: string; readonly problems?: readonly string[] };

/** One command as it was asked for, or why it is none. */
export type Reading =
  | { readonly command: Command; readonly id?: string }
  | { readonly refusal: CommandResult; readonly id?: string };

/** Longer than any good payload. */
const LONGEST = 1000;

/**
 * Reads a payload: a JSON map, `{}` where nothing is to be said.
 *
 * @param allowed what this panel lets itself be told
 */
export function readCommand(verb: string, text: string, allowed: readonly CommandName[] = COMMANDS): Reading {
  const known = COMMANDS.find((name) => name === verb);
  if (known === undefined) return no(`there is no command ${shown(verb)}; the commands are ${allowed.join(", ")}`);
  if (!allowed.includes(known)) return no(`${known} is not switched on; write it in mqtt.commands of this panel`);
  const fields = mapOf(text);
  if (fields === undefined) return no(`the payload is no JSON map; send {}, or such as ${example(known)}`);
  const { id, ...rest } = fields;
  if (id !== undefined && (typeof id !== "string" || id === "" || id.length > 64)) {
    return no("id is not a text of 1 to 64 characters");
  }
  const named = id === undefined ? {} : { id };
  for (const [name, value] of Object.entries(rest)) {
    if (!FIELDS[known].includes(name)) {
      const mend = ["id", ...FIELDS[known]].join(", ");
      return { ...no(`${shown(name)} means nothing to ${known}; it knows ${mend}`), ...named };
    }
    if (typeof value !== "string" && typeof value !== "number") {
      return { ...no(`${name} is not a name, such as "3"`), ...named };
    }
  }
  if (known !== "identify") return { command: { verb: known }, ...named };
  const { key, bank } = rest;
  if (key !== undefined && bank !== undefined) return { ...no("identify takes a key or a bank, not both"), ...named };
  const which = { ...(key !== undefined && { key: String(key) }), ...(bank !== undefined && { bank: String(bank) }) };
  return { command: { verb: known, ...which }, ...named };
}

/** @param again told before of the same command, which was not done once more */
export function resultPayload(result: CommandResult, id: string | undefined, at: Date, again = false): string {
  return JSON.stringify({ id, at: at.toISOString(), ...result, ...(again && { again }) });
}

function mapOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const example = (verb: CommandName): string => (verb === "identify" ? '{"key":"3"}' : '{"id":"1"}');
const shown = (name: string): string => JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
const no = (why: string): { readonly refusal: CommandResult } => ({ refusal: { result: "refused", why } });
