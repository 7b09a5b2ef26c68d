export type CallState = "early" | "confirmed" | "terminated";

/** A line as Asterisk 22 tells it: always whole, and with identities only while it rings. */
export function dialogInfo(line: string, state: CallState, version: number, port: number): string {
  const uri = `sip:${line}@127.0.0.1:${port}`;
  const direction = state === "early" ? ' direction="recipient"' : "";
  return `<?xml version="1.0" encoding="UTF-8"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${uri}">
 <dialog id="${line}"${direction}>
${state === "early" ? parties(line, uri) : ""}  <state>${state}</state>
 </dialog>
</dialog-info>
`;
}

const parties = (line: string, uri: string): string => `  <remote>
   <identity display="Caller">sip:100@127.0.0.1</identity>
   <target uri="sip:100@127.0.0.1" />
  </remote>
  <local>
   <identity display="Line ${line}">sip:${line}@127.0.0.1</identity>
   <target uri="${uri}" />
  </local>
`;
