import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMessageSummary } from "../../firmware/sip/message-summary.ts";
import { notifiesIn } from "./captured-notify.ts";

describe("a message summary", () => {
  it("of a real Asterisk: nothing, then three new messages, then none again", () => {
    const told = notifiesIn("sub-mwi.sip")
      .filter(({ event, callId }) => event === "message-summary" && callId === "ad74c70570735d05")
      .map(({ body }) => parseMessageSummary(body));
    expect(told).toEqual([false, true, false, false].map((waiting) => ({ ok: true, value: { waiting } })));
  });

  // RFC 3842 §5.2: the example.
  it("may name its account", () => {
    const text =
      "Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\nVoice-Message: 2/8 (0/2)\r\n\r\nTo: <alice@atlanta.example.com>\r\n";
    expect(parseMessageSummary(text)).toEqual({
      ok: true,
      value: { waiting: true, account: "sip:alice@vmail.example.com" },
    });
  });

  it.each([
    ["messages-waiting:YES", true],
    ["MESSAGES-WAITING :  no  \n", false],
    ["Voice-Message: 1/0\nMessages-Waiting: yes", true],
    ["Messages-Waiting: no\r\nMessages-Waiting: yes\r\n", false],
    ["Messages-Waiting: no\r\nVoice-Message: 3/1 (0/0)\r\n", false],
  ])("%j: %s", (text, waiting) => {
    expect(parseMessageSummary(text)).toEqual({ ok: true, value: { waiting } });
  });

  it.each(["", "\r\n", "Messages-Waiting:", "Messages-Waiting: maybe", "Voice-Message: 3/1", "yes", "<presence/>"])(
    "%j does not say it",
    (text) => {
      expect(parseMessageSummary(text)).toMatchObject({ ok: false });
    },
  );

  it("is not read where it is too long, and nothing makes the parser throw", () => {
    expect(parseMessageSummary(`Messages-Waiting: yes\r\n${"x".repeat(16 * 1024)}`)).toMatchObject({ ok: false });
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseMessageSummary(text)));
  });
});
