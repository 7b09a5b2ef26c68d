import { afterEach, describe, expect, it } from "vitest";
import { bodyFor, type Captured, readCapture, sentTo, shape } from "./capture.ts";
import { Office } from "./office.ts";
import type { Panel } from "./panel.ts";
import type { EventType, Watch } from "./watch.ts";

const LISTS: EventType = ["dialog", "application/dialog-info+xml, multipart/related, application/rlmi+xml"];

const subscribe = (panel: Panel, list: string): Promise<Watch> =>
  panel.subscribe(list, 300, LISTS, [["Supported", "eventlist"]]);

/** Asterisk makes up five letters for boundaries, parts and instances; here they are counted in the order of appearance. */
function counted(body: string): string {
  const names = new Map<string, string>();
  return body.replace(
    /(--|Content-ID: <|id="|boundary=)([a-z]{5})(?=@|"|--|\r|$)/gm,
    (_, before: string, name: string) => {
      if (!names.has(name)) names.set(name, `name${names.size}`);
      return `${before}${names.get(name)}`;
    },
  );
}

describe("lists at the simulated PBX", () => {
  let office: Office | undefined;
  afterEach(() => office?.close());

  /** 102 in a call, as it was when the captures were made. */
  async function opened(): Promise<{ office: Office; panel: Panel }> {
    const made = await new Office().open();
    office = made;
    const [p104] = await Promise.all([made.phone("104"), made.phone("102", { habit: "answers" }), made.phone("101")]);
    await p104.call("102");
    await p104.until("talking", 2000);
    return { office: made, panel: await made.panel() };
  }

  /** Bodies of the NOTIFYs about that list, with the address of the PBX under test. */
  function bodies(list: string, ...captures: readonly string[]): readonly string[] {
    const server = office?.server ?? { host: "", port: 0 };
    const isNotify = ({ to, message }: Captured) =>
      to === "party" && message.kind === "request" && message.headers.get("From")?.includes(`sip:${list}@`);
    return captures.flatMap((name) =>
      readCapture(name)
        .filter(isNotify)
        .map(({ message }) => {
          return counted(bodyFor(message.body, server)).replace(/^Content-Length:.*$/gm, "");
        }),
    );
  }

  const seen = ({ notified }: Watch) => notified.map(({ body }) => counted(body).replace(/^Content-Length:.*$/gm, ""));

  it.each(["blflist", "blflistfull"])("tell of %s, its changes and its end as Asterisk does", async (list) => {
    const { office: made, panel } = await opened();
    const watch = await subscribe(panel, list);
    await watch.count(1);
    const caller = await made.phone("100");
    await caller.call("101");
    await watch.count(2);
    await caller.hangUp();
    await watch.count(3);
    await watch.refresh(0);
    await watch.count(4);
    const captured = bodies(list, `sub-rls-${list}-initial`, `sub-rls-${list}-ringing`, `sub-rls-${list}-unsub`);
    expect(captured).toHaveLength(4);
    const told = seen(watch);
    if (list === "blflist") {
      // 104 is in a call here, and was not there.
      const without104 = (body: string) => body.replace(/(<dialog id="104">\n {2}<state>)\w+/, "$1terminated");
      expect(told.map(without104)).toEqual(captured);
    } else expect(told).toEqual(captured);
  });

  it("have the headers that Asterisk's have, lengths that are right, and a name for nobody twice", async () => {
    const { panel } = await opened();
    const watch = await subscribe(panel, "blflist");
    await watch.count(1);
    const heard = readCapture("sub-rls-blflist-initial").filter(({ to }) => to === "party");
    const settle = (text: string) => text.replace(/boundary=\w+/, "boundary=");
    expect(panel.received.map((message) => settle(shape(message)))).toEqual(
      heard.map(({ message }) => settle(shape(message))),
    );
    const parts = watch.last.body.matchAll(/Content-Length: +(\d+)\r\n\r\n([\s\S]*?)\r\n--/g);
    const lengths = Array.from(parts, ([, length, body = ""]) => [Number(length), Buffer.byteLength(body)]);
    expect(lengths).toHaveLength(6);
    for (const [said, real] of lengths) expect(said).toBe(real);
    const names = Array.from(watch.last.body.matchAll(/(?:Content-ID: <|instance id=")(\w+)/g), ([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("are not found by those who do not say that they understand lists", async () => {
    office = await new Office().open();
    const panel = await office.panel();
    expect((await panel.subscribe("blflist")).status).toBe(404);
    expect(panel.received.map(shape)).toEqual(sentTo("panel1", readCapture("sub-rls-no-supported")).map(shape));
  });

  it("leave out whom nobody may watch, and are not found where nobody is left", async () => {
    office = await new Office({ lists: { holes: { members: ["101", "777"] }, none: { members: ["777"] } } }).open();
    const panel = await office.panel();
    const watch = await subscribe(panel, "holes");
    await watch.count(1);
    expect(watch.last.body).toContain("sip:101@");
    expect(watch.last.body).not.toContain("777");
    expect((await subscribe(panel, "none")).status).toBe(404);
  });

  it("are told whole, with the next version, at a refresh", async () => {
    const { office: made, panel } = await opened();
    const watch = await subscribe(panel, "blflist");
    await made.phone("103");
    await watch.count(2);
    expect(watch.last.body).toContain('fullState="false"');
    await watch.refresh(120);
    await watch.count(3);
    expect(watch.last.body).toContain('fullState="true"');
    expect(watch.notified.map(({ body }) => /<list [^>]* version="(\d+)"/.exec(body)?.[1])).toEqual(["0", "1", "2"]);
  });

  it("come back in their dialog after a kill that left the database", async () => {
    const { office: made, panel } = await opened();
    const watch = await subscribe(panel, "blflist");
    await watch.count(1);
    await made.pbx.kill("kept");
    await made.pbx.start();
    await watch.count(2);
    expect(watch.last.cseq).toBe(watch.notified[0]?.cseq);
    expect(watch.last.body).toContain('fullState="true"');
    expect(made.pbx.watchers("blflist")).toBe(1);
  });
});
