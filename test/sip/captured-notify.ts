import { capturedMessages, headersOf } from "./capture.ts";
import type { NotifyFields } from "./fake-agent.ts";

export interface CapturedNotify extends Required<Omit<NotifyFields, "routes">> {
  readonly callId: string;
  /** User part of From: the line that the PBX reports on. */
  readonly line: string;
}

/** The NOTIFYs of one conversation in test/captures, in their order. */
export function notifiesIn(file: string): CapturedNotify[] {
  return capturedMessages()
    .filter((message) => message.file === file && message.text.startsWith("NOTIFY "))
    .map((message) => {
      const { headers } = headersOf(message);
      const header = (name: string): string => headers.find((one) => one.name === name)?.value ?? "";
      const start = message.text.indexOf("\r\n\r\n") + 4;
      return {
        callId: header("Call-ID"),
        line: /<sip:([^@]*)@/.exec(header("From"))?.[1] ?? "",
        fromTag: /;tag=([^;]+)/.exec(header("From"))?.[1] ?? "",
        cseq: Number.parseInt(header("CSeq"), 10),
        event: header("Event"),
        state: header("Subscription-State"),
        contentType: header("Content-Type"),
        contact: /<([^>]*)>/.exec(header("Contact"))?.[1] ?? "",
        body: message.text.slice(start, start + Number(header("Content-Length"))),
      };
    });
}
