import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DialogInfo } from "../../firmware/domain/dialog.ts";
import { parseDialogInfo } from "../../firmware/sip/dialog-info.ts";
import { notifiesIn } from "./captured-notify.ts";

const NAMESPACE = 'xmlns="urn:ietf:params:xml:ns:dialog-info"';

function document(inner: string, head = 'version="3" state="full" entity="sip:101@pbx.test"'): string {
  return `<?xml version="1.0"?>\n<dialog-info ${NAMESPACE} ${head}>${inner}</dialog-info>`;
}

function read(text: string): DialogInfo {
  const parsed = parseDialogInfo(text, true);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.info;
}

function problemOf(text: string): string {
  const parsed = parseDialogInfo(text);
  if (parsed.ok) throw new Error("it was taken");
  return parsed.problem;
}

function captured(file: string, index = 0): string {
  const body = notifiesIn(file)[index]?.body;
  if (body === undefined) throw new Error(`no such NOTIFY in ${file}`);
  return body;
}

describe("dialog-info from a real Asterisk", () => {
  it("is one terminated dialog when idle", () => {
    expect(read(captured("02-subscribe-idle.sip"))).toEqual({
      entity: "sip:101@127.0.0.1:5560",
      version: 0,
      state: "full",
      dialogs: [{ id: "101", state: "terminated", held: false }],
    });
  });

  it("names both sides while it rings", () => {
    expect(read(captured("03-ringing-early.sip")).dialogs).toEqual([
      {
        id: "101",
        state: "early",
        direction: "recipient",
        held: false,
        remote: { display: "Caller Hundred", identity: "sip:100@127.0.0.1", target: "sip:100@127.0.0.1" },
        local: { display: "Alice Reception", identity: "sip:101@127.0.0.1", target: "sip:101@127.0.0.1:5560" },
      },
    ]);
  });

  it("is a bare confirmed when answered", () => {
    const [first] = read(captured("04-answered-confirmed.sip")).dialogs;
    expect(first).toMatchObject({ state: "confirmed", held: false });
    expect(first?.remote).toBeUndefined();
  });

  it("is held where the watched phone's own media is not rendered", () => {
    const [first] = read(captured("05b-hold-100-is-held.sip")).dialogs;
    expect(first).toEqual({
      id: "100",
      state: "confirmed",
      held: true,
      local: { target: "sip:100@127.0.0.1:5560" },
    });
  });
});

describe("dialog-info from a real Kamailio", () => {
  it("has a Trying with a capital T and a call-id", () => {
    expect(read(captured("kamailio-04-early-both.sip")).dialogs).toMatchObject([
      { state: "trying", direction: "initiator", callId: "75bbe76bd7b2be34" },
    ]);
  });

  it("has tags while early, and two dialogs for two calls", () => {
    const [early, confirmed] = read(captured("kamailio-06-two-dialogs-101.sip")).dialogs;
    expect(early).toEqual({
      id: "padi-6b0412a7-1b02-2",
      callId: "90407f834e5e6800",
      localTag: "3cce7a6d",
      remoteTag: "2c6743ea",
      direction: "recipient",
      state: "early",
      held: false,
      remote: { identity: "sip:102@127.0.0.1:5070", target: "sip:102@127.0.0.1:31402" },
      local: { identity: "sip:101@127.0.0.1:5070", target: "sip:101@127.0.0.1:31401" },
    });
    expect(confirmed).toMatchObject({ id: "padi-6b0412a7-1b02-1", state: "confirmed" });
    expect(confirmed?.localTag).toBeUndefined();
  });

  it("is read whole, in every capture", () => {
    const files = ["kamailio-04-early-both.sip", "kamailio-05-confirmed-both.sip", "kamailio-08-terminated.sip"];
    for (const { body } of files.flatMap(notifiesIn)) expect(parseDialogInfo(body).ok).toBe(true);
  });
});

describe("dialog-info as RFC 4235 shows it", () => {
  it("takes a partial document with codes, events, durations and session descriptions beside the state", () => {
    const info = read(
      document(
        `<dialog id="zxcnm3" call-id="reg7" local-tag="l1" remote-tag="r1" direction="initiator">
           <state event="remote-bye" code="487">terminated</state><duration>145</duration>
           <replaces call-id="a" local-tag="b" remote-tag="c"/><referred-by>sip:bob@example.org</referred-by>
           <local><session-description type="application/sdp">v=0</session-description><cseq>7</cseq></local>
         </dialog>`,
        'version="7" state="partial" entity="sip:alice@example.org"',
      ),
    );
    expect(info).toMatchObject({ version: 7, state: "partial", entity: "sip:alice@example.org" });
    expect(info.dialogs).toEqual([
      {
        id: "zxcnm3",
        callId: "reg7",
        localTag: "l1",
        remoteTag: "r1",
        direction: "initiator",
        state: "terminated",
        held: false,
        local: {},
      },
    ]);
  });

  it("takes a document without dialogs", () => {
    expect(read(document("")).dialogs).toEqual([]);
    expect(read(`<dialog-info ${NAMESPACE} version="0" state="full" entity="sip:a@b"/>`).dialogs).toEqual([]);
  });

  it.each([
    ["no, pvalue", "local", '<param pname="+sip.rendering" pvalue="no"/>', true],
    ["no, pval as in the schema", "local", '<param pname="+sip.rendering" pval="no"/>', true],
    ["NO", "local", '<param pname="+SIP.Rendering" pvalue="NO"/>', true],
    ["yes", "local", '<param pname="+sip.rendering" pvalue="yes"/>', false],
    ["unknown", "local", '<param pname="+sip.rendering" pvalue="unknown"/>', false],
    ["another parameter", "local", '<param pname="+sip.byeless" pvalue="no"/>', false],
    ["no, of the far side", "remote", '<param pname="+sip.rendering" pvalue="no"/>', false],
  ])("hold by +sip.rendering: %s", (_name, side, param, held) => {
    const inner = `<dialog id="a"><state>confirmed</state><${side}><target uri="sip:x@y">${param}</target></${side}></dialog>`;
    expect(read(document(inner)).dialogs[0]?.held).toBe(held);
  });

  it("ignores hold that stands anywhere but in the local target", () => {
    const param = '<param pname="+sip.rendering" pvalue="no"/>';
    const inner = `<dialog id="a"><state>confirmed</state>${param}<local>${param}<identity>sip:x@y${param}</identity></local></dialog>`;
    expect(read(document(inner)).dialogs[0]?.held).toBe(false);
  });

  it("skips other elements and namespaces with all that is in them, comments and instructions", () => {
    const info = read(
      document(
        `<!-- <dialog id="no"/> --><?php dialog ?><x:dialog xmlns:x="urn:other" id="x"><state>early</state></x:dialog>
         <extra><dialog id="y"><state>early</state></dialog></extra>
         <dialog id="a" x:id="z" xmlns:x="urn:other"><x:state xmlns:x="urn:other">early</x:state>
           <state>conf<!-- in between -->irmed</state><extra><state>early</state></extra></dialog>`,
      ),
    );
    expect(info.dialogs).toEqual([{ id: "a", state: "confirmed", held: false }]);
  });

  it("reads a prefix, entities and CDATA as XML does", () => {
    const info = read(
      `<d:dialog-info xmlns:d="urn:ietf:params:xml:ns:dialog-info" version="1" state="FULL" entity="e">
         <d:dialog id="a&amp;b"><d:state> <![CDATA[EARLY]]> </d:state>
         <d:remote><d:identity display="&quot;Q&quot; &#x263A;">sip:q@example.org;x=1&amp;2</d:identity></d:remote></d:dialog>
       </d:dialog-info>`,
    );
    expect(info.state).toBe("full");
    expect(info.dialogs).toEqual([
      {
        id: "a&b",
        state: "early",
        held: false,
        remote: { display: '"Q" ☺', identity: "sip:q@example.org;x=1&2" },
      },
    ]);
  });

  it.each(["", "<state/>", "<state> </state>", "<state>ringing</state>"])(
    "counts a dialog as confirmed where its state is no known one: %s",
    (state) => {
      expect(read(document(`<dialog id="a" direction="recipient">${state}</dialog>`)).dialogs).toEqual([
        { id: "a", direction: "recipient", state: "confirmed", held: false },
      ]);
    },
  );

  it("knows no direction but the two", () => {
    expect(read(document('<dialog id="a" direction="RECIPIENT"/>')).dialogs[0]?.direction).toBe("recipient");
    expect(read(document('<dialog id="a" direction="both"/>')).dialogs[0]?.direction).toBeUndefined();
  });
});

describe("dialog-info that is none", () => {
  it.each([
    ["nothing", "", "well-formed"],
    ["blanks", " \r\n", "well-formed"],
    ["text", "busy", "well-formed"],
    ["half a document", captured("03-ringing-early.sip").slice(0, 400), "well-formed"],
    ["two roots", `${document("")}<a/>`, "well-formed"],
    ["an undeclared entity", document('<dialog id="&who;"/>'), "well-formed"],
    ["another root", '<presence version="1" state="full"/>', "not a dialog-info"],
    ["another namespace", '<dialog-info xmlns="urn:x" version="1" state="full"/>', "not a dialog-info"],
    ["no version", document("", 'state="full"'), "version"],
    ["a negative version", document("", 'version="-1" state="full"'), "version"],
    ["a fraction", document("", 'version="1.5" state="full"'), "version"],
    ["a garbled version", document("", 'version="1x" state="full"'), "version"],
    ["a version without end", document("", `version="${"9".repeat(40)}" state="full"`), "version"],
    ["neither full nor partial", document("", 'version="1" state="half"'), "neither full nor partial"],
    ["a dialog without id", document("<dialog><state>early</state></dialog>"), "no id"],
    ["a document type", `<!DOCTYPE d [<!ENTITY a "b">]>${document("").slice(22)}`, "document type"],
    ["too deep", document("<a>".repeat(64) + "</a>".repeat(64)), "64 elements deep"],
    ["too long", document(`<!--${"x".repeat(65_536)}-->`), "64 KB"],
    ["too long in bytes only", document(`<!--${"€".repeat(30_000)}-->`), "64 KB"],
  ])("%s is a problem", (_name, text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  it("takes what is just within the limits", () => {
    expect(parseDialogInfo(document("<a>".repeat(63) + "</a>".repeat(63))).ok).toBe(true);
    const room = 65_536 - Buffer.byteLength(document("<!---->"));
    expect(parseDialogInfo(document(`<!--${"x".repeat(room)}-->`)).ok).toBe(true);
    expect(parseDialogInfo(document(`<!--${"x".repeat(room + 1)}-->`)).ok).toBe(false);
  });

  it("never quotes the document, which names callers", () => {
    const secret = "Geheim";
    for (const text of [
      `<dialog-info ${secret}`,
      document(`<dialog id="a"><${secret}></dialog>`),
      document(`<dialog id="a" display=${secret}></dialog>`),
      document(`<dialog id="&${secret};"/>`),
      `<!DOCTYPE ${secret}>${document("")}`,
    ]) {
      expect(problemOf(text)).not.toContain(secret);
    }
  });

  it("never throws, whatever the text", () => {
    const real = ["03-ringing-early.sip", "05b-hold-100-is-held.sip", "kamailio-06-two-dialogs-101.sip"].map((file) =>
      captured(file),
    );
    const piece = fc.constantFrom(
      "<",
      ">",
      "&",
      "/",
      '"',
      "'",
      "=",
      "<dialog",
      "<!DOCTYPE",
      "]]>",
      "<![CDATA[",
      "\0",
      "é",
    );
    const broken = fc
      .tuple(fc.constantFrom(...real), fc.nat(600), fc.nat(60), fc.oneof(piece, fc.string()))
      .map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          broken,
          fc.array(piece).map((all) => all.join("")),
        ),
        (text) => {
          const parsed = parseDialogInfo(text);
          if (parsed.ok) {
            expect(Number.isSafeInteger(parsed.info.version)).toBe(true);
            for (const { id } of parsed.info.dialogs) expect(id).not.toBe("");
          } else expect(parsed.problem).not.toBe("");
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
