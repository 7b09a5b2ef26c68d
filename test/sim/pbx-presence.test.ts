import { afterEach, describe, expect, it } from "vitest";
import { bodyFor, readCapture, shape } from "./capture.ts";
import { Office } from "./office.ts";

const PIDF = ["presence", "application/pidf+xml"] as const;
const SUMMARY = ["message-summary", "application/simple-message-summary"] as const;

/** What Asterisk sent to the panel of one subscription there. */
function notifies(name: string, event: string) {
  return readCapture(name)
    .map(({ message }) => message)
    .filter(
      (message) => message.kind === "request" && message.method === "NOTIFY" && message.headers.get("Event") === event,
    );
}

describe("presence at the simulated PBX", () => {
  let office: Office | undefined;
  afterEach(() => office?.close());

  it("is Asterisk's, byte for byte and message for message", async () => {
    office = await new Office().open();
    const [panel] = await Promise.all([office.panel(), office.phone("101")]);
    const watch = await panel.subscribe("101", 300, PIDF);
    await watch.count(1);
    await watch.refresh(0);
    await watch.count(2);
    const { server } = office;
    expect(watch.notified.map(({ body }) => body)).toEqual(
      notifies("sub-presence", "presence").map(({ body }) => bodyFor(body, server)),
    );
    expect(panel.received.map(shape)).toEqual(
      readCapture("sub-presence")
        .filter(({ to }) => to === "party")
        .map(({ message }) => shape(message)),
    );
  });

  it("tells a phone that comes and goes, its calls and their hold", async () => {
    office = await new Office().open();
    const [panel, p100] = await Promise.all([office.panel(), office.phone("100")]);
    const watch = await panel.subscribe("101", 300, PIDF);
    await watch.count(1);
    const p101 = await office.phone("101");
    await watch.count(2);
    await p100.call("101");
    await watch.count(3);
    await p101.answer();
    await watch.count(4);
    await p100.hold();
    await watch.count(5);
    await p100.hangUp();
    await watch.count(6);
    await p101.stop();
    await watch.count(7);
    const said = watch.notified.map(({ body }) =>
      /<note>(.*)<\/note>[\s\S]*<basic>(.*)<\/basic>/.exec(body)?.slice(1).join(" "),
    );
    expect(said.slice(0, 5)).toEqual([
      "Unavailable closed",
      "Ready open",
      "Ringing open",
      "On the phone open",
      "On hold open",
    ]);
    expect(said.slice(-2)).toEqual(["Ready open", "Unavailable closed"]);
  });

  it("is refused where the PBX does not have it", async () => {
    office = await new Office({ events: ["dialog"] }).open();
    const panel = await office.panel();
    expect((await panel.subscribe("101", 300, PIDF)).status).toBe(489);
    expect((await panel.subscribe("101", 300, SUMMARY)).status).toBe(489);
    expect((await panel.subscribe("101")).status).toBe(200);
  });
});

describe("messages at the simulated PBX", () => {
  let office: Office | undefined;
  afterEach(() => office?.close());

  it("are told as Asterisk tells them, and no call is", async () => {
    office = await new Office().open();
    const [panel, p100, p101] = await Promise.all([office.panel(), office.phone("100"), office.phone("101")]);
    const watch = await panel.subscribe("101", 300, SUMMARY);
    await watch.count(1);
    office.pbx.putMessages("101", 3, 1);
    await watch.count(2);
    await p100.call("101");
    await p101.until("ringing", 3000);
    office.pbx.putMessages("101", 0, 4);
    await watch.count(3);
    await watch.refresh(0);
    await watch.count(4);
    const asterisk = notifies("sub-mwi", "message-summary").filter(
      ({ headers }) => headers.get("Call-ID") === "ad74c70570735d05",
    );
    expect(watch.notified.map(({ body }) => body)).toEqual(asterisk.map(({ body }) => body));
  });

  it("outlive a kill, and are not told with the state of a line", async () => {
    office = await new Office().open();
    office.pbx.putMessages("101", 1, 0);
    await office.pbx.kill();
    await office.open();
    const panel = await office.panel();
    const [dialogs, mailbox] = [await panel.subscribe("101"), await panel.subscribe("101", 300, SUMMARY)];
    await Promise.all([dialogs.count(1), mailbox.count(1)]);
    await office.phone("101");
    await dialogs.count(2);
    expect(mailbox.notified.map(({ body }) => body)).toEqual(["Messages-Waiting: yes\r\nVoice-Message: 1/0 (0/0)\r\n"]);
  });
});
