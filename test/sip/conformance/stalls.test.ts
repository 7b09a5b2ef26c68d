import { describe, test } from "vitest";
import { dialog, full, info } from "../watching.ts";
import { survives, type Torture } from "./torture.ts";
import type { RequestParts } from "./watched-panel.ts";

/* One thread does everything: a message that takes long to read is a lamp that comes late. */

const LONG = 15_000;
const DIALOG_INFO = "Content-Type: application/dialog-info+xml";

function notify(what: string, parts: Partial<RequestParts>, fate: Torture["fate"], lamp = "idle"): [string, Torture] {
  const message: Torture["message"] = (watched) => watched.notify({ body: full(7, dialog("early")), ...parts });
  return [what, { section: "", what, message, fate, lamp }];
}

const more = (line: string): string[] => ["Event: dialog", "Subscription-State: active", DIALOG_INFO, line];
const blanks = " ".repeat(LONG);

describe("50 ms at most for a message", () => {
  test.each([
    notify("of blanks in a header", { more: more(`X: a${blanks}b`) }, "answered 200", "ringing"),
    notify("of blanks that end in a fold", { more: more(`X: a${blanks}\r\n b`) }, "answered 200", "ringing"),
    notify("of tabs and nothing else", { more: more(`X: ${"\t".repeat(LONG)}`) }, "answered 200", "ringing"),
    notify("of blanks behind a name", { more: more(`X${blanks}: y`) }, "answered 200", "ringing"),
    notify(
      "of blanks behind rport",
      { via: `Via: SIP/2.0/UDP x;rport${blanks}y;branch=z9hG4bK1` },
      "dropped handler-threw",
    ),
    notify("of blanks in CSeq", { cseq: `CSeq:${blanks}102 NOTIFY` }, "answered 200", "ringing"),
    notify(
      "of one display name",
      { from: `From: "${"\\a".repeat(LONG / 2)}" <sip:a@b>;tag=pbx` },
      "answered 200",
      "ringing",
    ),
    notify(
      "of one that never ends",
      { from: `From: "${"\\a".repeat(LONG / 2)} <sip:a@b>;tag=pbx` },
      "dropped handler-threw",
    ),
    notify("of one host", { from: `From: <sip:x@${"a-".repeat(LONG / 2)}b>;tag=pbx` }, "answered 200", "ringing"),
    notify("of brackets", { more: more(`Contact: ${"<".repeat(LONG)}`) }, "dropped handler-threw"),
    notify(
      "of a thousand From headers",
      { more: Array.from({ length: 1000 }, () => "f: a <b:c>") },
      "dropped oversize",
    ),
    notify(
      "of a hundred Contact headers",
      { more: [...more("X: 1"), ...Array.from({ length: 80 }, () => 'm: "a" <sip:b@c>;q=0.5')] },
      "answered 200",
      "ringing",
    ),
    notify(
      "of XML that is nothing but elements",
      { body: info(7, "full", ["<a>".repeat(15_000)]) },
      "answered 200",
      "unknown",
    ),
    notify("of one entity after the other", { body: info(7, "full", ["&amp;".repeat(12_000)]) }, "answered 200"),
    notify(
      "of attributes",
      { body: `<a ${Array.from({ length: 6_000 }, (_, i) => `b${i}="" `).join("")}/>` },
      "answered 200",
      "unknown",
    ),
    notify(
      "of namespaces",
      { body: `<a ${Array.from({ length: 3_000 }, (_, i) => `xmlns:b${i}="c" `).join("")}/>` },
      "answered 200",
      "unknown",
    ),
    notify(
      "of dialogs",
      {
        body: info(
          7,
          "full",
          Array.from({ length: 900 }, (_, i) => dialog("early", `d${i}`)),
        ),
      },
      "answered 200",
      "ringing",
    ),
  ])("%s", (_, torture) => survives(torture));
});
