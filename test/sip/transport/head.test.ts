import { describe, expect, it } from "vitest";
import { readHead, withTopVia } from "../../../firmware/sip/transport/head.ts";
import { capturedMessages } from "../capture.ts";
import { wireRequest, wireResponse } from "../wire-message.ts";

describe("readHead", () => {
  it("reads a request", () => {
    const text = wireRequest({
      via: "SIP/2.0/UDP PBX.Example.org:5060;rport;branch=z9hG4bK1",
      callId: "a@b",
      cseq: 12,
    });
    expect(readHead(text)).toEqual({
      isResponse: false,
      status: 0,
      method: "NOTIFY",
      topVia: "SIP/2.0/UDP PBX.Example.org:5060;rport;branch=z9hG4bK1",
      viaStart: text.indexOf("SIP/2.0/UDP"),
      branch: "z9hG4bK1",
      sentBy: "pbx.example.org:5060",
      callId: "a@b",
      cseq: 12,
    });
  });

  it("reads a response, whose method is that of its request", () => {
    const head = readHead(wireResponse(wireRequest({ method: "INVITE" }), 486, "Busy Here"));
    expect(head).toMatchObject({ isResponse: true, status: 486, method: "INVITE", sentBy: "192.0.2.1:5060" });
  });

  it("reads every captured message", () => {
    for (const { file, text } of capturedMessages()) {
      const head = readHead(text);
      expect(head, `${file}: ${text.slice(0, 60)}`).toBeDefined();
      expect(head?.branch).toMatch(/^z9hG4bK/);
    }
  });

  it("takes the first element of a Via list, and puts another in its place", () => {
    const text = wireRequest({ via: "SIP/2.0/UDP a;branch=1 , SIP/2.0/TCP b;branch=2" });
    const head = readHead(text);
    expect(head).toMatchObject({ topVia: "SIP/2.0/UDP a;branch=1", branch: "1" });
    expect(head && withTopVia(text, head, "SIP/2.0/UDP c;branch=3")).toContain(
      "\r\nVia: SIP/2.0/UDP c;branch=3 , SIP/2.0/TCP b;branch=2\r\n",
    );
  });

  it("looks at nothing in the body", () => {
    const body = "\r\nVia: SIP/2.0/UDP evil;branch=9\r\n\r\n";
    expect(readHead(wireRequest({ body }))?.sentBy).toBe("192.0.2.1:5060");
    expect(readHead(wireRequest({ body }).replace(/Via: .*\r\n/, ""))).toBeUndefined();
  });

  it("takes a Via without a branch, with blanks, and an IPv6 sent-by", () => {
    expect(readHead(wireRequest({ via: "SIP/2.0/UDP h" }))).toMatchObject({ branch: "", sentBy: "h" });
    expect(readHead(wireRequest({ via: "SIP / 2.0 / UDP  h : 5060 ; branch = x" }))).toMatchObject({
      branch: "x",
      sentBy: "h:5060",
    });
    expect(readHead(wireRequest({ via: "SIP/2.0/TCP [2001:DB8::1]:5060" }))?.sentBy).toBe("[2001:db8::1]:5060");
  });

  it.each([
    ["nothing", ""],
    ["no end of the header section", wireRequest().replace("\r\n\r\n", "\r\n")],
    ["bare line feeds", wireRequest().replaceAll("\r\n", "\n")],
    ["no Via", wireRequest().replace(/Via: .*\r\n/, "")],
    ["a Via without a host", wireRequest({ via: "SIP/2.0/UDP" })],
    ["no CSeq", wireRequest().replace(/CSeq: .*\r\n/, "")],
    ["a CSeq that is no number", wireRequest().replace("CSeq: 7", "CSeq: x")],
    ["another method in CSeq", wireRequest().replace("CSeq: 7 NOTIFY", "CSeq: 7 INVITE")],
    ["no Call-ID", wireRequest().replace(/Call-ID: .*\r\n/, "")],
    ["no request line", wireRequest().replace("NOTIFY sip:panel1@192.0.2.7:40123 SIP/2.0", "hello")],
    ["another protocol", wireRequest().replace(" SIP/2.0\r\n", " HTTP/1.1\r\n")],
    ["a status beyond all", wireResponse(wireRequest(), 799, "What")],
  ])("refuses %s", (_, text) => {
    expect(readHead(text)).toBeUndefined();
  });
});
