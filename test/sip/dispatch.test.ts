import { describe, expect, test } from "vitest";
import type { Unsolicited } from "../../firmware/sip/agent.ts";
import { notifyInbox, udpRig } from "./raw/rig.ts";

describe("NOTIFY", () => {
  const headers = ["Event: dialog", "Subscription-State: active;expires=60", "Contact: <sip:n;x=1@127.0.0.1>"];

  test("goes to the owner of its Call-ID, in a dialog or before one", async () => {
    const { agent, pbx } = await udpRig();
    const { inbox, handle } = notifyInbox();
    agent.claim("sub-1", handle);
    pbx.ask(
      "NOTIFY",
      "sip:panel1@127.0.0.1",
      { callId: "sub-1", cseq: 5, fromTag: "n", toTag: "mine" },
      [
        ...headers,
        "Record-Route: <sip:r1;lr>",
        "Record-Route: <sip:r2;lr>",
        "Content-Type: application/dialog-info+xml",
      ],
      "<dialog-info/>",
    );
    expect(await inbox.next()).toMatchObject({
      fromTag: "n",
      cseq: 5,
      event: "dialog",
      subscriptionState: "active;expires=60",
      contentType: "application/dialog-info+xml",
      body: "<dialog-info/>",
      routes: ["<sip:r1;lr>", "<sip:r2;lr>"],
      contact: "sip:n;x=1@127.0.0.1",
    });
    await pbx.response(200, "NOTIFY");
    pbx.ask("NOTIFY", "sip:127.0.0.1", { callId: "sub-1", cseq: 6, fromTag: "n" }, ["o: dialog;id=1"]);
    expect(await inbox.next()).toMatchObject({
      event: "dialog;id=1",
      subscriptionState: "",
      body: "",
      contact: undefined,
    });
    await pbx.response(200, "NOTIFY");
  });

  test("of nobody is answered 481; so is one whose owner has let go", async () => {
    const { agent, pbx } = await udpRig();
    const { inbox, handle } = notifyInbox();
    pbx.ask("NOTIFY", "sip:panel1@127.0.0.1", { callId: "x", cseq: 1, fromTag: "n", toTag: "t" }, headers);
    await pbx.response(481, "NOTIFY");
    const release = agent.claim("x", handle);
    const other = notifyInbox(489);
    agent.claim("x", other.handle);
    release();
    pbx.ask("NOTIFY", "sip:panel1@127.0.0.1", { callId: "x", cseq: 2, fromTag: "n", toTag: "t" }, headers);
    await pbx.response(489, "NOTIFY");
    expect(other.inbox.all).toHaveLength(1);
    expect(inbox.all).toHaveLength(0);
  });

  test("outside of every dialog goes to who listens to its event, and to nobody else", async () => {
    const { agent, pbx } = await udpRig();
    const heard: Unsolicited[] = [];
    const summary = ["Event: Message-Summary;x=1", "Content-Type: application/simple-message-summary"];
    const ask = (cseq: number, toTag?: string) =>
      pbx.ask(
        "NOTIFY",
        "sip:panel1@127.0.0.1",
        { callId: `mwi-${cseq}`, cseq, fromTag: "n", ...(toTag !== undefined && { toTag }) },
        summary,
        "Messages-Waiting: yes\r\n",
      );
    ask(1);
    await pbx.response(481, "NOTIFY");
    const cancel = agent.onUnsolicited("message-summary", (notify) => heard.push(notify));
    ask(2);
    await pbx.response(200, "NOTIFY");
    expect(heard).toEqual([
      {
        to: expect.stringMatching(/^sip:panel1@/),
        contentType: "application/simple-message-summary",
        body: "Messages-Waiting: yes\r\n",
      },
    ]);
    // With a To-tag it is of a subscription: one that is over.
    ask(3, "mine");
    await pbx.response(481, "NOTIFY");
    pbx.ask("NOTIFY", "sip:panel1@127.0.0.1", { callId: "other", cseq: 4, fromTag: "n" }, headers);
    await pbx.response(481, "NOTIFY");
    cancel();
    ask(5);
    await pbx.response(481, "NOTIFY");
    expect(heard).toHaveLength(1);
  });

  test("that comes twice is answered twice and told once", async () => {
    const { agent, pbx } = await udpRig();
    const { inbox, handle } = notifyInbox();
    agent.claim("x", handle);
    const dialog = { callId: "x", cseq: 2, fromTag: "n", toTag: "t", branch: "z9hG4bKsame" };
    pbx.ask("NOTIFY", "sip:panel1@127.0.0.1", dialog, headers);
    pbx.ask("NOTIFY", "sip:panel1@127.0.0.1", dialog, headers);
    await pbx.response(200, "NOTIFY");
    await pbx.response(200, "NOTIFY");
    expect(inbox.all).toHaveLength(1);
  });

  test("whose owner fails is answered 500, and the next one is served", async () => {
    const { agent, pbx, log } = await udpRig();
    let calls = 0;
    agent.claim("x", (notify) => {
      if (++calls === 1) throw new Error("a bug of the owner");
      if (calls === 2) return;
      notify.reply(200);
      expect(() => notify.reply(200)).toThrow(/answered before/);
    });
    for (const [cseq, status] of [
      [1, 500],
      [2, 500],
      [3, 200],
    ] as const) {
      pbx.ask("NOTIFY", "sip:panel1@127.0.0.1", { callId: "x", cseq, fromTag: "n", toTag: "t" }, headers);
      await pbx.response(status, "NOTIFY");
    }
    expect(log.text).toContain("a bug of the owner");
  });
});

describe("other requests from the PBX", () => {
  const dialog = { callId: "stranger", cseq: 1, fromTag: "s" };
  const inDialog = { ...dialog, toTag: "none-of-ours" };

  test.each([
    ["OPTIONS", dialog, 200],
    ["OPTIONS", inDialog, 200],
    ["INVITE", dialog, 486],
    ["INVITE", inDialog, 481],
    ["BYE", dialog, 481],
    ["BYE", inDialog, 481],
    ["CANCEL", dialog, 481],
    ["UPDATE", inDialog, 481],
    ["REFER", dialog, 405],
    ["SUBSCRIBE", dialog, 405],
    ["REGISTER", dialog, 405],
    ["MESSAGE", dialog, 405],
    ["PUBLISH", dialog, 405],
    ["INFO", inDialog, 405],
    ["PRACK", inDialog, 405],
    ["FOO", dialog, 405],
  ] as const)("%s is answered by the RFC", async (method, identity, status) => {
    const { pbx } = await udpRig();
    pbx.ask(method, "sip:panel1@127.0.0.1", identity, ["Contact: <sip:s@127.0.0.1>"]);
    const response = await pbx.response(status, method);
    expect(response.tag("To")).not.toBe("");
    if (status === 200 || status === 405) expect(response.header("Allow")).toContain("NOTIFY");
  });

  test("what breaks sip.js breaks nothing here", async () => {
    const { pbx, agent } = await udpRig();
    // Without Content-Type sip.js rejects in a promise that nobody holds, which ends the process.
    pbx.ask("INVITE", "sip:panel1@127.0.0.1", { ...dialog, callId: "a" }, ["Contact: <sip:s@127.0.0.1>"], "hello");
    await pbx.response(486, "INVITE");
    pbx.ask("INVITE", "tel:+4930", { ...dialog, callId: "b" }, ["Contact: <sip:s@127.0.0.1>"]);
    await pbx.response(486, "INVITE");
    pbx.ask("INVITE", "sip:panel1@127.0.0.1", { ...dialog, callId: "c" }); // no Contact
    await pbx.response(486, "INVITE");
    pbx.ask("ACK", "sip:panel1@127.0.0.1", inDialog);
    pbx.send("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\nCSeq: nonsense\r\n\r\n");
    pbx.send("INVITE sip:panel1@127.0.0.1 SIP/2.0\r\nContact: <<<\r\n\r\n");
    pbx.send("\0\u0001 not SIP at all");
    pbx.ask("OPTIONS", "sip:panel1@127.0.0.1", { ...dialog, callId: "d" });
    await pbx.response(200, "OPTIONS");
    expect(agent.up).toBe(true);
  });
});
