import { describe, expect, test } from "vitest";
import { CONTACT, calling, kinds, SDP, talking, theirs } from "./raw/call.ts";
import { udpRig } from "./raw/rig.ts";

describe("what the PBX changes in a call", () => {
  const offer = (direction: string) =>
    [
      "v=0",
      "o=pbx 1 2 IN IP4 127.0.0.1",
      "s=-",
      "c=IN IP4 127.0.0.1",
      "t=0 0",
      "m=audio 6000 RTP/AVP 0 8",
      `a=${direction}`,
      "",
    ].join("\r\n");
  const NEW_CONTACT = "Contact: <sip:moved@127.0.0.1:10>";

  test.each(["INVITE", "UPDATE"])("%s with an offer is granted with our SDP, and moves its target", async (method) => {
    const call = await talking(udpRig());
    theirs(call, method, 3, [NEW_CONTACT, "Content-Type: application/sdp"], offer("sendrecv"));
    const response = await call.pbx.response(200, method);
    expect(response.body).toBe(SDP);
    expect(response.header("Content-Type")).toBe("application/sdp");
    expect(response.header("Contact")).toBe(call.agent.contact);
    call.leg.end();
    expect((await call.pbx.request("BYE")).uri).toBe("sip:moved@127.0.0.1:10");
  });

  test("re-INVITE that offers nothing gets our SDP; UPDATE that offers nothing gets nothing", async () => {
    const call = await talking(udpRig());
    theirs(call, "INVITE", 1, [NEW_CONTACT]);
    expect((await call.pbx.response(200, "INVITE")).body).toBe(SDP);
    theirs(call, "ACK", 1);
    theirs(call, "UPDATE", 2, [NEW_CONTACT]);
    expect((await call.pbx.response(200, "UPDATE")).body).toBe("");
    expect(kinds(call.events)).toEqual(["accepted"]);
  });

  test.each(["INVITE", "UPDATE"])(
    "%s that refreshes the session is granted, and so is the next one",
    async (method) => {
      const call = await talking(udpRig());
      const timer = ["Supported: timer", "Session-Expires: 90;refresher=uac"];
      for (const cseq of [1, 2]) {
        theirs(call, method, cseq, [NEW_CONTACT, ...timer]);
        const response = await call.pbx.response(200, method);
        expect(response.header("Session-Expires")).toBe("90;refresher=uac");
        expect(response.header("Require")).toBe("timer");
      }
      expect(kinds(call.events)).toEqual(["accepted"]);
    },
  );

  test("what is old, foreign or no SDP", async () => {
    const call = await talking(udpRig());
    theirs(call, "INVITE", 5, [NEW_CONTACT]);
    await call.pbx.response(200, "INVITE");
    theirs(call, "INVITE", 4, [NEW_CONTACT]);
    await call.pbx.response(500, "INVITE");
    theirs(call, "INVITE", 6, [NEW_CONTACT, "Content-Type: text/plain"], "hello");
    await call.pbx.response(415, "INVITE");
    theirs(call, "INVITE", 7, [NEW_CONTACT], "hello");
    await call.pbx.response(415, "INVITE");
    theirs(call, "INVITE", 8, [NEW_CONTACT], "", "somebody-else");
    await call.pbx.response(481, "INVITE");
    theirs(call, "BYE", 8, [], "", "somebody-else");
    await call.pbx.response(481, "BYE");
    theirs(call, "INFO", 9);
    expect((await call.pbx.response(405, "INFO")).header("Allow")).toContain("BYE");
    expect(kinds(call.events)).toEqual(["accepted"]);
  });

  test("before the answer: UPDATE without an offer is granted, an offer crosses ours", async () => {
    const call = await calling(udpRig());
    call.pbx.reply(call.invite, 180, { headers: [CONTACT] });
    theirs(call, "UPDATE", 1, [NEW_CONTACT]);
    await call.pbx.response(200, "UPDATE");
    theirs(call, "UPDATE", 2, [NEW_CONTACT, "Content-Type: application/sdp"], offer("sendrecv"));
    await call.pbx.response(491, "UPDATE");
  });
});
