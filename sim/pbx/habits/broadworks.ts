import type { EventPackage } from "../event-package.ts";
import type { LineCall } from "../line-call.ts";
import type { Line } from "../lines.ts";
import { xml } from "../xml.ts";

/**
 * A line as phones are told that BroadWorks tells it: a call that has not been answered is `proceeding`, and its direction
 * says whether the line rings or calls. The rest is RFC 4235 in its plainest form, and made up.
 */
export const broadworksDialogs: EventPackage = {
  event: "dialog",
  contentType: "application/dialog-info+xml",
  carries: "state",
  body(line: Line, uri: string, version: number, host: string): string {
    const lines = [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${xml(uri)}">`,
      ...line.calls.flatMap((call) => dialog(call, host)),
      "</dialog-info>",
    ];
    return `${lines.join("\n")}\n`;
  },
};

function dialog({ id, callId, direction, state, remote }: LineCall, host: string): readonly string[] {
  const told = state === "trying" || state === "early" ? "proceeding" : state;
  return [
    ` <dialog id="${xml(id)}" call-id="${xml(callId)}" direction="${direction}">`,
    `  <state>${told}</state>`,
    "  <remote>",
    `   <identity>${xml(`sip:${remote}@${host}`)}</identity>`,
    "  </remote>",
    " </dialog>",
  ];
}
