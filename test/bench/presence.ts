import type { CallState } from "./dialog-info.ts";

/** The same line as Asterisk 22 tells it to those who ask for presence. */
export function presence(line: string, state: CallState, port: number): string {
  const uri = `sip:${line}@127.0.0.1:${port}`;
  const idle = state === "terminated";
  return `<?xml version="1.0" encoding="UTF-8"?>
<presence entity="${uri}" xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid">
 <note>${idle ? "Ready" : "On the phone"}</note>
 <tuple id="${line}">
  <status>
   <basic>${idle ? "open" : "closed"}</basic>
  </status>
  <contact priority="1">${uri}</contact>
 </tuple>
 <dm:person>
  <rpid:activities>${idle ? "" : "<rpid:on-the-phone />"}</rpid:activities>
 </dm:person>
</presence>
`;
}
