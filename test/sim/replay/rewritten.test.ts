import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Conversation, conversationIn, type Spoken } from "../../../sim/replay/conversation.ts";
import { readCapture } from "../../../sim/replay/read-capture.ts";
import { answerNow, type DialogNow, reportNow } from "../../../sim/replay/rewritten.ts";
import { parse, request } from "../../../sim/sip/message.ts";
import { branchOf } from "../../../sim/sip/via.ts";

const captured = (file: string): Conversation =>
  conversationIn(readCapture(readFileSync(new URL(`../../captures/${file}`, import.meta.url))));

const NOW: DialogNow = {
  callId: "now-1",
  panel: "<sip:panel@192.0.2.1>;tag=ours",
  pbx: "<sip:101@192.0.2.1>",
  tag: "theirs",
  target: "sip:panel@192.0.2.2:10001",
  event: "dialog;id=7",
};
const PLACE = "192.0.2.1:5060";

function one(file: string, wanted: (spoken: Spoken) => boolean): Spoken {
  const found = captured(file).spoken.find(wanted);
  if (!found) throw new Error(`nothing like that in ${file}`);
  return found;
}

const isReport = ({ ofPbx, message }: Spoken) => ofPbx && message.kind === "request" && message.method === "NOTIFY";
const answers = (status: number) => (spoken: Spoken) =>
  spoken.message.kind === "response" && spoken.message.status === status;

describe("a report of then, in a dialog of now", () => {
  const then = one("kamailio-04-early-both.sip", isReport);
  const bytes = reportNow(then, NOW, PLACE);
  const now = parse(bytes);

  test("is of the daemon's dialog, to its contact", () => {
    expect(now).toMatchObject({ kind: "request", method: "NOTIFY", uri: NOW.target });
    const header = (name: string) => now?.headers.get(name);
    expect([header("Call-ID"), header("From"), header("To"), header("Event"), header("Contact")]).toEqual([
      "now-1",
      "<sip:101@192.0.2.1>;tag=theirs",
      NOW.panel,
      "dialog;id=7",
      "<sip:192.0.2.1:5060>",
    ]);
    expect(now?.headers.all("Via")).toHaveLength(1);
    expect(header("Record-Route")).toBeUndefined();
  });

  test("keeps its number, its branch, its standing, and its body byte for byte", () => {
    for (const name of ["CSeq", "Subscription-State", "Content-Type"]) {
      expect(now?.headers.get(name)).toBe(then.message.headers.get(name));
    }
    expect(now && branchOf(now)).toBe(branchOf(then.message));
    expect(bytes.subarray(-then.body.length).equals(then.body)).toBe(true);
  });

  test("bytes that are no text stay as they are", () => {
    const body = Buffer.from([0x3c, 0xff, 0x00, 0xc3, 0x28, 0x0d]);
    const sent = reportNow({ ...then, body }, NOW, PLACE);
    expect(sent.subarray(-body.length).equals(body)).toBe(true);
    expect(sent.toString("latin1")).toContain("\r\nContent-Length: 6\r\n\r\n");
  });

  test("of another notifier, or told once more", () => {
    const other = parse(reportNow(then, NOW, PLACE, { tag: "fork", branch: "z9hG4bKnew" }));
    expect(other?.headers.get("From")).toBe("<sip:101@192.0.2.1>;tag=fork");
    expect(other && branchOf(other)).toBe("z9hG4bKnew");
  });
});

describe("an answer of then, to a request of now", () => {
  const asked = (expires: string) =>
    request("SUBSCRIBE", "sip:101@192.0.2.1", [
      ["Via", "SIP/2.0/UDP 192.0.2.2:10001;branch=z9hG4bKnow"],
      ["From", "<sip:panel@192.0.2.1>;tag=ours"],
      ["To", "<sip:101@192.0.2.1>"],
      ["Call-ID", "now-1"],
      ["CSeq", "42 SUBSCRIBE"],
      ["Expires", expires],
    ]);

  test("answers that request", () => {
    const now = parse(answerNow(one("02-subscribe-idle.sip", answers(200)), asked("120"), PLACE, "theirs"));
    expect(now).toMatchObject({ kind: "response", status: 200, phrase: "OK" });
    const header = (name: string) => now?.headers.get(name);
    expect([header("Via"), header("Call-ID"), header("CSeq"), header("To"), header("Contact")]).toEqual([
      "SIP/2.0/UDP 192.0.2.2:10001;branch=z9hG4bKnow",
      "now-1",
      "42 SUBSCRIBE",
      "<sip:101@192.0.2.1>;tag=theirs",
      "<sip:192.0.2.1:5060>",
    ]);
  });

  test("grants no more than is asked for, and no more than was granted then", () => {
    const then = one("02-subscribe-idle.sip", answers(200));
    const granted = (expires: string) =>
      parse(answerNow(then, asked(expires), PLACE, "theirs"))?.headers.get("Expires");
    expect(granted("120")).toBe("120");
    expect(granted("3600")).toBe("300");
  });

  test("a refusal keeps what it says", () => {
    const now = parse(answerNow(one("sub-no-such-hint.sip", answers(404)), asked("120"), PLACE, "theirs"));
    expect(now).toMatchObject({ kind: "response", status: 404 });
  });
});
