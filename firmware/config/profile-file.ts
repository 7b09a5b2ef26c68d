import type * as z from "zod";
import type { Profile } from "../domain/profile.ts";
import { flag, oneOf, section, text, title, wanting } from "./fields.ts";

/** What can be dialled, with one placeholder or none. */
function code(placeholder: string, example: string) {
  const pattern = new RegExp(`^[A-Za-z0-9*#+._~!-]*${placeholder}[A-Za-z0-9*#+._~!-]*$`);
  const note = placeholder === "" || placeholder.endsWith("?") ? "" : ` with ${placeholder.replaceAll("\\", "")}`;
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
        ringGroup: code("\\{line\\}", "*9{line}").describe(
          "Takes the call that rings at {line} as at one of a ring group, where directed does not find it",
        ),
        group: code("", "*8").describe("Takes any call of the PBX's own pickup group"),
        park: code("\\{slot\\}", "{slot}").describe("Fetches the call that is parked in {slot}"),
        parking: code("(?:\\{slot\\})?", "700").describe(
          "What a call is transferred to so that it is parked: in {slot}, or without that in the next slot that is free",
        ),
        replaces: flag()
          .default(false)
          .describe("Whether a ringing call may be replaced by the ids in its dialog-info (RFC 3891)"),
      },
      wanting('a map such as { directed: "**{line}" }'),
    ).prefault({}),
    intercom: code("\\{phone\\}", "*80{phone}").describe("Makes {phone} answer by itself"),
    transfers: oneOf(["pbx", "peer"])
      .default("pbx")
      .describe("Who carries out a transfer: the PBX itself, or, behind a proxy, the phone at the other end"),
    offline: oneOf(["presence", "never"]).describe(
      "What tells an unregistered phone from an idle one: a second subscription to each line (RFC 3856), or nothing",
    ),
  },
  wanting("a map with title, pickup and offline"),
);

export type ProfileFile = z.output<typeof profileFile>;

/** The checked file as the rest of the house knows it. */
export function toProfile(name: string, file: ProfileFile): Profile {
  const { directed, ringGroup, group, park, parking, replaces } = file.pickup;
  return {
    name,
    title: file.title,
    watch: file.watch,
    pickup: {
      ...(directed !== undefined && { directed }),
      ...(ringGroup !== undefined && { ringGroup }),
      ...(group !== undefined && { group }),
      ...(park !== undefined && { park }),
      ...(parking !== undefined && { parking }),
      replaces,
    },
    transfers: file.transfers,
    ...(file.intercom !== undefined && { intercom: file.intercom }),
    offline: file.offline,
  };
}
