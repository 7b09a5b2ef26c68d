import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMultipart } from "../../firmware/sip/multipart.ts";
import { parseListInfo } from "../../firmware/sip/rlmi.ts";
import { notifiesIn } from "./captured-notify.ts";

const NS = 'xmlns="urn:ietf:params:xml:ns:rlmi"';

function problemOf(text: string): string | undefined {
  const parsed = parseListInfo(text);
  return parsed.ok ? undefined : parsed.problem;
}

describe("a resource list", () => {
  it("is read as Asterisk writes it (captured)", () => {
    const [notify] = notifiesIn("sub-rls-blflistfull-initial.sip");
    const multipart = parseMultipart(notify?.contentType ?? "", notify?.body ?? "");
    if (!multipart.ok) throw new Error(multipart.problem);
    expect(parseListInfo(multipart.root.body)).toEqual({
      ok: true,
      info: {
        uri: "sip:blflistfull@127.0.0.1:5560",
        version: 0,
        full: true,
        name: "blflistfull",
        resources: [
          ["101", "lrhej", "dkcbg"],
          ["102", "sbxal", "qpzic"],
          ["103", "zvqss", "lghxh"],
        ].map(([line, id, cid]) => ({
          uri: `sip:${line}@127.0.0.1:5560`,
          name: line,
          instances: [{ id, state: "active", cid: `${cid}@127.0.0.1` }],
        })),
      },
    });
  });

  // The facts of the example in RFC 4662 §5.1, in other words and with a prefix.
  it("may name members in several languages, with none, one or several instances, in any namespace prefix", () => {
    const text = `<?xml version="1.0"?>
      <r:list xmlns:r="urn:ietf:params:xml:ns:rlmi" uri="sip:staff@office.example" version="7" fullState="1" cid="list@office.example">
        <r:name xml:lang="en">Staff</r:name><r:name xml:lang="fr">Personnel</r:name>
        <r:resource uri="sip:ann@office.example"><r:name>Ann</r:name><r:name>Anne</r:name>
          <r:instance id="a1" state="active" cid="a@office.example"/>
          <r:instance id="a2" state="terminated" reason="Rejected"/></r:resource>
        <other xmlns="urn:x"><r:resource uri="sip:nobody@office.example"/></other>
        <r:resource uri="sip:ben@office.example"><more xmlns="urn:x"><r:instance id="no" state="active"/></more></r:resource>
        <r:resource uri="sip:cleo@office.example"><r:instance state="PENDING"/><r:instance id="c2" state="asleep"/></r:resource>
      </r:list>`;
    expect(parseListInfo(text)).toEqual({
      ok: true,
      info: {
        uri: "sip:staff@office.example",
        version: 7,
        full: true,
        name: "Staff",
        resources: [
          {
            uri: "sip:ann@office.example",
            name: "Ann",
            instances: [
              { id: "a1", state: "active", cid: "a@office.example" },
              { id: "a2", state: "terminated", reason: "rejected" },
            ],
          },
          { uri: "sip:ben@office.example", instances: [] },
          {
            uri: "sip:cleo@office.example",
            instances: [
              { id: "", state: "pending" },
              { id: "c2", state: "other" },
            ],
          },
        ],
      },
    });
  });

  it.each([
    ["nothing", "", "not well-formed XML"],
    ["half", `<list ${NS} uri="x" version="0" fullState="true">`, "not well-formed XML"],
    ["another document", '<presence xmlns="urn:ietf:params:xml:ns:pidf"/>', "the document is not a resource list"],
    [
      "a list of another namespace",
      '<list uri="x" version="0" fullState="true"/>',
      "the document is not a resource list",
    ],
    ["no version", `<list ${NS} uri="x" fullState="true"/>`, "the list has no usable version"],
    ["a negative version", `<list ${NS} uri="x" version="-1" fullState="true"/>`, "the list has no usable version"],
    ["no fullState", `<list ${NS} uri="x" version="0"/>`, "the list does not say whether it is full"],
    ["no URI", `<list ${NS} version="0" fullState="true"/>`, "the list has no uri"],
    [
      "a member without URI",
      `<list ${NS} uri="x" version="0" fullState="true"><resource/></list>`,
      "a member of the list has no uri",
    ],
    [
      "a document type",
      `<!DOCTYPE list><list ${NS} uri="x" version="0" fullState="true"/>`,
      "the document has a document type",
    ],
  ])("is refused: %s", (_, text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  it("never throws, whatever the text is", () => {
    const words = fc.constantFrom(
      "<list ",
      NS,
      ' uri="x"',
      ' version="1"',
      ' fullState="false"',
      "<resource",
      "<instance",
      "/>",
      ">",
      "</list>",
      "é&<",
    );
    fc.assert(
      fc.property(fc.array(words), (parts) => {
        expect(typeof parseListInfo(parts.join("")).ok).toBe("boolean");
      }),
    );
  });
});
