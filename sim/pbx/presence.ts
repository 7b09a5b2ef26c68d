import type { EventPackage } from "./event-package.ts";
import type { LineState } from "./lines.ts";
import { xml } from "./xml.ts";

/** Notes of Asterisk 22. A held phone is open, one that is not registered is closed. */
const NOTES: Readonly<Record<LineState, string>> = {
  idle: "Ready",
  ringing: "Ringing",
  busy: "On the phone",
  held: "On hold",
  offline: "Unavailable",
};

/** A line as PIDF (RFC 3863): all that tells a phone that is idle from one that is not there. */
export const presencePackage: EventPackage = {
  event: "presence",
  contentType: "application/pidf+xml",
  carries: "state",
  body({ identity, state }, uri, _version, _host, watcher) {
    const lines = [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<presence entity="${xml(uri)}" xmlns="urn:ietf:params:xml:ns:pidf">`,
      ` <note>${NOTES[state]}</note>`,
      ` <tuple id="${xml(identity.number)}">`,
      "  <status>",
      `   <basic>${state === "offline" ? "closed" : "open"}</basic>`,
      "  </status>",
      `  <contact priority="1">${xml(watcher)}</contact>`,
      " </tuple>",
      "</presence>",
    ];
    return `${lines.join("\n")}\n`;
  },
};
