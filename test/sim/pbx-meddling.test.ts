import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SimPhone } from "../../sim/phone/phone.ts";
import { parseUri } from "../../sim/sip/address.ts";
import { cseq, type Message } from "../../sim/sip/message.ts";
import { Office } from "./office.ts";
import type { Panel } from "./panel.ts";

const WITHIN = 10_000;

describe("a simulated PBX that is meddled with", () => {
  let office: Office;
  let panel: Panel;
  let p100: SimPhone;
  let p101: SimPhone;

  beforeEach(async () => {
    office = await new Office().open();
    [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await expect.poll(() => office.pbx.lineState("101")).toBe("ringing");
  });
  afterEach(() => office.close());

  const isInviteTo = (message: Message, user: string): boolean =>
    message.kind === "request" && message.method === "INVITE" && parseUri(message.uri)?.user === user;

  it.each([403, 404, 486, 500, 503, 603])("refuses a pickup with %d, and lets everything else pass", async (refuse) => {
    office.pbx.meddle = (message, direction) =>
      direction === "in" && isInviteTo(message, "**101") ? { refuse } : undefined;
    expect((await panel.call("**101")).response.status).toBe(refuse);
    expect([p100.state, p101.state]).toEqual(["calling", "ringing"]);
    expect((await panel.call("*9101")).response.status).toBe(200);
  });

  it("loses a request, once for all", async () => {
    let lost = 0;
    office.pbx.meddle = (message, direction) => {
      if (direction === "out" || !isInviteTo(message, "**101")) return undefined;
      lost++;
      return "lost";
    };
    void panel.call("**101");
    await expect.poll(() => lost).toBe(1);
    expect([p100.state, p101.state]).toEqual(["calling", "ringing"]);
  });

  it("answers late: a pickup and a REFER", async () => {
    const delay = 150;
    office.pbx.meddle = (message, direction) => {
      const slow = message.kind === "response" && (message.status === 202 || message.status === 200);
      return direction === "out" && slow && /INVITE|REFER/.test(cseq(message).method) ? { delay } : undefined;
    };
    const start = office.clock.now();
    const leg = await panel.call("**101");
    const picked = office.clock.now();
    expect(picked - start).toBeGreaterThanOrEqual(delay);
    await p100.until("talking", WITHIN);
    const referred = office.clock.now();
    await leg.refer("sip:102@127.0.0.1");
    expect(office.clock.now() - referred).toBeGreaterThanOrEqual(delay);
  });

  it("tells of a line late: what was lost is repeated", async () => {
    const watch = await panel.subscribe("101");
    await watch.count(1);
    const until = office.clock.now() + 300;
    office.pbx.meddle = (message, direction) => {
      const told = message.kind === "request" && message.body.includes('<dialog id="101">');
      return direction === "out" && told && office.clock.now() < until ? "lost" : undefined;
    };
    await p100.hangUp();
    await p101.until("idle", WITHIN);
    expect(watch.states).toEqual(["early"]);
    await watch.count(2);
    expect(watch.states).toEqual(["early", "terminated"]);
    expect(office.clock.now()).toBeGreaterThanOrEqual(until);
  });
});
