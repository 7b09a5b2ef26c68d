import { describe, expect, it } from "vitest";
import { parseDialogInfo } from "../../firmware/sip/dialog-info.ts";
import { watching } from "./watching.ts";

/** One report on alice's phone. */
const report = (version: number, state: "full" | "partial", ...dialogs: readonly string[]): string =>
  `<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="${state}" entity="sip:alice@office.example">
${dialogs.join("\n")}
</dialog-info>`;

interface DialogFacts {
  readonly id: string;
  readonly state: string;
  readonly direction?: "initiator" | "recipient";
  readonly remoteTag?: string;
  readonly inner?: string;
}

const call = ({ id, state, direction = "initiator", remoteTag, inner = "" }: DialogFacts): string => {
  const tags = `local-tag="1928301774"${remoteTag === undefined ? "" : ` remote-tag="${remoteTag}"`}`;
  return `  <dialog id="${id}" call-id="a84b4c76e66710" ${tags} direction="${direction}"><state>${state}</state>${inner}</dialog>`;
};

const rendering = (value: string): string =>
  `<local><target uri="sip:alice@pc33.office.example"><param pname="+sip.rendering" pval="${value}"/></target></local>`;

/** What the lamp of alice's line shows after each report, as far as it changes. */
function lamps(...reports: readonly string[]): readonly string[] {
  const all = watching(["alice"]);
  all.watcher.start();
  all.askedFor("alice").answer(200);
  return reports.map((body) => {
    all.tell("alice", { body });
    return all.watcher.view("alice").state;
  });
}

describe("the examples of RFC 4235, rebuilt", () => {
  it("§5: a call is placed, rings at two places, is answered at one, and ends", () => {
    expect(
      lamps(
        report(0, "full", call({ id: "as7d900as8", state: "trying" })),
        report(1, "partial", call({ id: "as7d900as8", state: "early", remoteTag: "456887766" })),
        report(2, "partial", call({ id: "j7zgt54", state: "early", remoteTag: "hh76a" })),
        report(3, "partial", call({ id: "j7zgt54", state: "confirmed", remoteTag: "hh76a" })),
        report(4, "partial", call({ id: "as7d900as8", state: "<!-- CANCEL -->terminated", remoteTag: "456887766" })),
        report(5, "partial", call({ id: "j7zgt54", state: "terminated", remoteTag: "hh76a" })),
      ),
    ).toEqual(["busy", "busy", "busy", "busy", "busy", "idle"]);
  });

  it("§5: a call comes in, alerts, is answered and ends; trying is not yet ringing (§3.7.1)", () => {
    const incoming = (version: number, state: string, inner = "") =>
      report(version, "partial", call({ id: "zxcnm3", state, direction: "recipient", remoteTag: "88a7s", inner }));
    expect(
      lamps(
        report(0, "full"),
        incoming(1, "trying"),
        incoming(2, "early"),
        incoming(3, "confirmed"),
        incoming(4, "confirmed", rendering("no")),
        incoming(5, "confirmed", rendering("yes")),
        incoming(6, "terminated"),
      ),
    ).toEqual(["idle", "busy", "ringing", "busy", "held", "busy", "idle"]);
  });

  it("§6.2: one line on several phones: the call held at one of them does not hide the one in use at another", () => {
    const held = call({ id: "1", state: "confirmed", inner: rendering("no") });
    const used = call({ id: "2", state: "confirmed", inner: rendering("yes") });
    expect(lamps(report(0, "full", held), report(1, "full", held, used), report(2, "full", held))).toEqual([
      "held",
      "busy",
      "held",
    ]);
  });

  it("§6.3: nothing but an id and a state", () => {
    const bare = (state: string) => `<dialog id="1"><state>${state}</state></dialog>`;
    expect(lamps(report(0, "full", bare("early")), report(1, "full", bare("confirmed")), report(2, "full"))).toEqual([
      "ringing",
      "busy",
      "idle",
    ]);
  });

  it("§4.3: a version that is missing leaves an idle lamp unknown, until the whole state is told", () => {
    expect(
      lamps(
        report(0, "full"),
        report(2, "partial", call({ id: "x", state: "terminated" })),
        report(3, "partial", call({ id: "y", state: "early", direction: "recipient" })),
        report(4, "full"),
      ),
    ).toEqual(["idle", "unknown", "ringing", "idle"]);
  });

  it("§4.1: everything that a dialog may hold", () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>
      <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
          xsi:schemaLocation="urn:ietf:params:xml:ns:dialog-info" version="4294967295" state="partial" entity="sips:alice@office.example">
        <dialog id="123456" call-id="x@y" local-tag="lt" remote-tag="rt" direction="recipient">
          <state event="remote-bye" code="486">terminated</state>
          <duration>274</duration>
          <replaces call-id="hg287s98s89" local-tag="6762h7" remote-tag="09278hsb"/>
          <referred-by display="Bob">sip:bob@office.example</referred-by>
          <route-set><hop>sip:proxy.office.example;lr</hop></route-set>
          <local><identity display="Alice">sip:alice@office.example</identity>
            <target uri="sip:alice@phone11.office.example"><param pname="+audio" pval="true"/><param pname="class" pval="personal"/></target>
            <session-description type="application/sdp">v=0</session-description><cseq>17</cseq></local>
          <remote><identity>sip:carol@factory.example</identity><target uri="sip:carol@x"/></remote>
        </dialog>
      </dialog-info>`;
    expect(parseDialogInfo(text, true)).toEqual({
      ok: true,
      info: {
        entity: "sips:alice@office.example",
        version: 4_294_967_295,
        state: "partial",
        dialogs: [
          {
            id: "123456",
            callId: "x@y",
            localTag: "lt",
            remoteTag: "rt",
            direction: "recipient",
            state: "terminated",
            held: false,
            local: {
              display: "Alice",
              identity: "sip:alice@office.example",
              target: "sip:alice@phone11.office.example",
            },
            remote: { identity: "sip:carol@factory.example", target: "sip:carol@x" },
          },
        ],
      },
    });
  });
});
