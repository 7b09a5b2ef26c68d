import { afterEach, describe, expect, it } from "vitest";
import { bodyFor, readCapture } from "./capture.ts";
import { Office } from "./office.ts";
import { expectSoon } from "./soon.ts";

const WITHIN = 10_000;

/** The dialog-info that Asterisk sent in that capture. */
function documentsOf(name: string): readonly string[] {
  return readCapture(name)
    .filter(({ party, message }) => party === "panel1" && message.kind === "request" && message.method === "NOTIFY")
    .map(({ message }) => message.body);
}

describe("dialog-info of the simulated PBX", () => {
  let office: Office | undefined;
  afterEach(() => office?.close());

  it("is Asterisk's, byte for byte, through the day of one extension", async () => {
    office = await new Office().open();
    const [p100, p102] = await Promise.all([office.phone("100"), office.phone("102")]);
    const p101 = await office.phone("101", { callWaiting: true });
    const panel = await office.panel();
    const watch = await panel.subscribe("101");
    await watch.count(1);

    await p100.call("101");
    await watch.count(2);
    await p101.answer();
    await watch.count(3);
    await p101.hold();
    await p101.resume();
    await p100.hangUp();
    await watch.count(4);

    await p101.call("100");
    await watch.count(5);
    await p100.until("ringing", WITHIN);
    await p100.answer();
    await p101.until("talking", WITHIN);
    await p102.call("101");
    await watch.count(6);
    await p102.hangUp();
    await watch.count(7);
    await p101.hangUp();
    await watch.count(8);
    await p101.stop();
    await watch.count(9);
    await watch.refresh(0);
    await watch.count(10);

    const day = [
      ...documentsOf("02-subscribe-idle"),
      ...documentsOf("03-ringing-early"),
      ...documentsOf("04-answered-confirmed"),
      ...documentsOf("07-call-terminated"),
      ...documentsOf("08-outgoing-ringing"),
      ...documentsOf("10-inuse-and-ringing"),
      ...documentsOf("11-back-to-inuse"),
      // Not captured: the end of that call.
      ...documentsOf("07-call-terminated").map((body) => body.replace('version="3"', 'version="7"')),
      ...documentsOf("12-unregistered-state"),
    ];
    const expected = day.map((body) => bodyFor(body, office?.server ?? { host: "", port: 0 }));
    expect(watch.notified.slice(0, 9).map(({ body }) => body)).toEqual(expected);
    // The last one repeats what was last told: no reason, no new version.
    expect(watch.last.subscription).toBe("terminated");
    expect(watch.last.body).toBe(expected.at(-1));
  });

  it("shows hold on the line of the one who is held", async () => {
    office = await new Office().open();
    const [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await p101.answer();
    await p100.until("talking", WITHIN);
    const watch = await panel.subscribe("100");
    await watch.count(1);
    await p101.hold();
    await watch.count(2);
    const [asterisks = ""] = documentsOf("05b-hold-100-is-held");
    expect(watch.last.body).toBe(bodyFor(asterisks.replace('version="2"', 'version="1"'), office.server));
    expect(office.pbx.lineState("100")).toBe("held");
    expect(office.pbx.lineState("101")).toBe("busy");
    await p101.resume();
    await watch.count(3);
    expect(watch.last.state).toBe("confirmed");
    expect(watch.last.body).not.toContain("rendering");
  });

  it("tells a phone that comes back, though nothing in the document changes", async () => {
    office = await new Office().open();
    const panel = await office.panel();
    const watch = await panel.subscribe("104");
    await watch.count(1);
    expect(office.pbx.lineState("104")).toBe("offline");
    await office.phone("104");
    await watch.count(2);
    expect(office.pbx.lineState("104")).toBe("idle");
    expect(watch.states).toEqual(["terminated", "terminated"]);
    expect(watch.notified.map(({ version }) => version)).toEqual([0, 1]);
  });

  it("escapes names", async () => {
    const extensions = [
      { number: "100", name: 'A & "B" <C>', password: "pw100" },
      { number: "101", name: "Alice", password: "pw101" },
    ];
    office = await new Office({ extensions }).open();
    const [p100, , panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    const watch = await panel.subscribe("101");
    await p100.call("101");
    await expectSoon("ringing", () => watch.states.includes("early"));
    expect(watch.last.body).toContain('display="A &amp; &quot;B&quot; &lt;C&gt;"');
  });
});
