import type * as z from "zod";
import type { Profile } from "../domain/profile.ts";
import { oneOf, section, text, title, wanting } from "./fields.ts";

/** What can be dialled, with one placeholder or none. */
function code(placeholder: string, example: string) {
  const pattern = new RegExp(`^[A-Za-z0-9*#+._~!-]*${placeholder}[A-Za-z0-9*#+._~!-]*$`);
  const note = placeholder === "" ? "" : ` with ${placeholder.replaceAll("\\", "")}`;
  return text(wanting(`what to dial${note}, such as "${example}"`), pattern).optional();
}

/** What one kind of PBX expects, as a person writes it. */
export const profileFile = section(
  {
    title,
    watch: oneOf(["dialog"]).default("dialog").describe("Event package that carries the state of a line (RFC 4235)"),
    pickup: section(
      {
        directed: code("\\{line\\}", "**{line}").describe("Takes the call that rings at {line}"),
        group: code("", "*8").describe("Takes any call of the PBX's own pickup group"),
      },
      wanting('a map such as { directed: "**{line}" }'),
    ).prefault({}),
    intercom: code("\\{phone\\}", "*80{phone}").describe("Makes {phone} answer by itself"),
    offline: oneOf(["presence", "never"]).describe(
      "What tells an unregistered phone from an idle one: a second subscription to each line (RFC 3856), or nothing",
    ),
  },
  wanting("a map with title, pickup and offline"),
);

export type ProfileFile = z.output<typeof profileFile>;

/** The checked file as the rest of the house knows it. */
export function toProfile(name: string, file: ProfileFile): Profile {
  const { directed, group } = file.pickup;
  return {
    name,
    title: file.title,
    watch: file.watch,
    pickup: { ...(directed !== undefined && { directed }), ...(group !== undefined && { group }) },
    ...(file.intercom !== undefined && { intercom: file.intercom }),
    offline: file.offline,
  };
}
