import { describe, expect, it } from "vitest";
import { canonical } from "../../../firmware/sip/transport/canonical.ts";
import { capturedMessages } from "../capture.ts";

const section = (...lines: string[]): string => ["NOTIFY sip:a@b SIP/2.0", ...lines, ""].join("\r\n");

describe("canonical", () => {
  it("writes compact names out", () => {
    const compact = [
      "v: SIP/2.0/UDP h",
      "f: <sip:a@b>",
      "t: <sip:c@d>",
      "i: 1",
      "m: <sip:e@f>",
      "l: 0",
      "c: text/plain",
    ];
    expect(
      canonical(section(...compact, "o: dialog", "O : dialog", "k: eventlist", "e: gzip", "s:x", "u: dialog", "r: y")),
    ).toBe(
      section(
        "Via: SIP/2.0/UDP h",
        "From: <sip:a@b>",
        "To: <sip:c@d>",
        "Call-ID: 1",
        "Contact: <sip:e@f>",
        "Content-Length: 0",
        "Content-Type: text/plain",
        "Event: dialog",
        "Event: dialog",
        "Supported: eventlist",
        "Content-Encoding: gzip",
        "Subject:x",
        "Allow-Events: dialog",
        "Refer-To: y",
      ),
    );
  });

  it("leaves letters alone that stand for nothing", () => {
    expect(canonical(section("z: 1", "q: 2"))).toBe(section("z: 1", "q: 2"));
  });

  it("makes folded lines whole", () => {
    expect(canonical(section("Subject: one", " two", "\tthree", "o:", " dialog"))).toBe(
      section("Subject: one two three", "Event: dialog"),
    );
  });

  it("lowers the state of a subscription, and nothing else of it", () => {
    expect(canonical(section("Subscription-State: Active;Reason=NoResource"))).toBe(
      section("Subscription-State: active;Reason=NoResource"),
    );
    expect(canonical(section("SUBSCRIPTION-STATE : TERMINATED"))).toBe(section("SUBSCRIPTION-STATE : terminated"));
  });

  it("changes nothing in what real PBXs send", () => {
    for (const { text } of capturedMessages()) {
      const head = text.slice(0, text.indexOf("\r\n\r\n") + 2);
      expect(canonical(head)).toBe(head);
    }
  });
});
