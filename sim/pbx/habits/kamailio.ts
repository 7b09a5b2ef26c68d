import type { EventPackage } from "../event-package.ts";
import type { LineCall } from "../line-call.ts";
import type { Line } from "../lines.ts";
import { xml } from "../xml.ts";

/**
 * A line as Kamailio 5.6 tells it: every call by itself, the one that changed last first, with the ids that Replaces needs
 * only while it is early; nothing at all where there are none. Targets are the PBX's own address, since calls go through it.
 */
export const kamailioDialogs: EventPackage = {
  event: "dialog",
  contentType: "application/dialog-info+xml",
  carries: "state",
  // Nothing is version 0, and each NOTIFY counts.
  firstVersion: 1,
  body(line: Line, uri: string, version: number, host: string, _watcher: string, port: number): string {
    if (line.calls.length === 0) return "";
    const at = (number: string): string => xml(`sip:${number}@${host}:${port}`);
    const entity = xml(uri.replace(/:\d+$/, ""));
    const lines = [
      '<?xml version="1.0"?>',
      `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${entity}">`,
      ...line.calls.flatMap((call) => dialog(call, at(line.identity.number), at(call.remote))),
      "</dialog-info>",
    ];
    return `${lines.join("\n")}\n`;
  },
};

function dialog(call: LineCall, local: string, remote: string): readonly string[] {
  const { id, callId, localTag, remoteTag, direction, state } = call;
  const tags = state === "early" ? ` local-tag="${xml(localTag)}" remote-tag="${xml(remoteTag)}"` : "";
  return [
    `  <dialog id="padi-${xml(id)}" call-id="${xml(callId)}"${tags} direction="${direction}">`,
    `    <state>${state === "trying" ? "Trying" : state}</state>`,
    ...party("remote", remote),
    ...party("local", local),
    "  </dialog>",
  ];
}

function party(side: "remote" | "local", uri: string): readonly string[] {
  return [`    <${side}>`, `      <identity>${uri}</identity>`, `      <target uri="${uri}"/>`, `    </${side}>`];
}
