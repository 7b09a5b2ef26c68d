import type { Identity } from "../account.ts";
import type { EventPackage } from "../event-package.ts";
import type { Line } from "../lines.ts";
import { xml } from "../xml.ts";

export const asteriskDialogs: EventPackage = {
  event: "dialog",
  contentType: "application/dialog-info+xml",
  carries: "state",
  body: dialogInfo,
};

/**
 * A line as Asterisk 22 tells it (RFC 4235): always whole, one dialog named after the extension, identities only while it
 * rings, and nothing that could tell a phone that is idle from one that is not there.
 *
 * @param uri what was subscribed to
 */
function dialogInfo(line: Line, uri: string, version: number, host: string): string {
  const own = xml(uri);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${own}">`,
    ...dialog(line, own, host),
    "</dialog-info>",
  ];
  return `${lines.join("\n")}\n`;
}

function dialog(line: Line, own: string, host: string): readonly string[] {
  const id = xml(line.identity.number);
  switch (line.state) {
    case "ringing":
      return [
        ` <dialog id="${id}" direction="recipient">`,
        ...(line.caller ? party("remote", line.caller, host, `sip:${xml(line.caller.number)}@${host}`) : []),
        ...party("local", line.identity, host, own),
        "  <state>early</state>",
        " </dialog>",
      ];
    case "held":
      return [
        ` <dialog id="${id}">`,
        "  <state>confirmed</state>",
        "  <local>",
        `   <target uri="${own}">`,
        '    <param pname="+sip.rendering" pvalue="no" />',
        "   </target>",
        "  </local>",
        " </dialog>",
      ];
    default:
      return [
        ` <dialog id="${id}">`,
        `  <state>${line.state === "busy" ? "confirmed" : "terminated"}</state>`,
        " </dialog>",
      ];
  }
}

function party(side: "remote" | "local", who: Identity, host: string, target: string): readonly string[] {
  return [
    `  <${side}>`,
    `   <identity display="${xml(who.name)}">sip:${xml(who.number)}@${host}</identity>`,
    `   <target uri="${target}" />`,
    `  </${side}>`,
  ];
}
