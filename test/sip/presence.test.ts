import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePresence } from "../../firmware/sip/presence.ts";
import { notifiesIn } from "./captured-notify.ts";

const NAMESPACE = "urn:ietf:params:xml:ns:pidf";

function pidf(inner: string, namespace = NAMESPACE): string {
  return `<?xml version="1.0"?>\n<presence entity="pres:a@b" xmlns="${namespace}">${inner}</presence>`;
}

const tuple = (basic: string, more = "") => `<tuple id="t"><status><basic>${basic}</basic></status>${more}</tuple>`;

describe("a presence document", () => {
  it("of a real Asterisk says open", () => {
    const [first] = notifiesIn("sub-presence.sip");
    expect(parsePresence(first?.body ?? "")).toEqual({ ok: true, value: "open" });
  });

  // The forms of Asterisk 22, but for their addresses.
  it.each([
    ["Ready", "open", "open"],
    ["On hold", "open", "open"],
    ["Unavailable", "closed", "closed"],
    // Of a phone that takes no further call, and is there all the same.
    ["On the phone", "closed", "open"],
  ])("with note %s and status %s says %s", (note, basic, value) => {
    expect(parsePresence(pidf(`<note>${note}</note>${tuple(basic)}`))).toEqual({ ok: true, value });
  });

  it.each([
    ["several devices, one of them there", `${tuple("closed")}${tuple("open")}${tuple("closed")}`, "open"],
    ["several devices, none there", `${tuple("closed")}${tuple("closed")}`, "closed"],
    ["no device", "<note>nothing</note>", undefined],
    ["a device of unknown status", '<tuple id="t"><status/></tuple>', undefined],
    ["a status that is no basic one", tuple("away"), undefined],
    ["blanks and capitals", tuple("\n  CLOSED "), "closed"],
    ["CDATA and comments", tuple("<![CDATA[clo]]><!-- x -->sed"), "closed"],
    ["a note beside the status of a device", tuple("closed", "<note>On the phone</note>"), "open"],
    ["a basic status elsewhere", "<basic>closed</basic><status><basic>closed</basic></status>", undefined],
    ["a basic status of another namespace", tuple("closed").replaceAll("basic>", "x:basic>"), undefined],
    // RFC 4480 §3.2: rich presence beside it.
    [
      "an extension",
      `${tuple("open")}<x:person><tuple><status><basic>closed</basic></status></tuple></x:person>`,
      "open",
    ],
  ])("with %s says %s", (_name, inner, value) => {
    const text = pidf(inner).replace("<presence ", '<presence xmlns:x="urn:other" ');
    expect(parsePresence(text)).toEqual({ ok: true, value });
  });

  it.each([
    ["nothing", "", "well-formed"],
    ["half of it", pidf(tuple("open")).slice(0, 90), "well-formed"],
    ["another root", '<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info"/>', "not a presence"],
    ["another namespace", pidf(tuple("open"), "urn:x"), "not a presence"],
    ["a document type", `<!DOCTYPE d [<!ENTITY a "b">]>${pidf("").slice(22)}`, "document type"],
    ["too deep", pidf("<a>".repeat(64) + "</a>".repeat(64)), "64 elements deep"],
    ["too long", pidf(`<!--${"x".repeat(65_536)}-->`), "64 KB"],
  ])("that is %s is a problem", (_name, text, problem) => {
    const parsed = parsePresence(text);
    expect(parsed).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it("never makes the parser throw, whatever the text", () => {
    const whole = pidf(`<note>Unavailable</note>${tuple("closed")}`);
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(20), fc.string({ unit: "binary", maxLength: 20 }), (at, cut, text) => {
        parsePresence(whole.slice(0, at) + text + whole.slice(at + cut));
      }),
    );
  });
});
