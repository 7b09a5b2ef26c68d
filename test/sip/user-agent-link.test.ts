import { describe, expect, test } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { Secret } from "../../firmware/domain/secret.ts";
import { UserAgent } from "../../firmware/sip/user-agent.ts";
import { CaptureLog } from "./raw/capture-log.ts";
import { RawTcpPbx, RawUdpPbx } from "./raw/raw-pbx.ts";
import { rig, tcpRig, udpRig } from "./raw/rig.ts";

describe("the link", () => {
  test.each([200, 401, 404, 405, 503])("comes up by an answer of %i to OPTIONS", async (status) => {
    const { agent, pbx, link } = await udpRig({ start: false });
    pbx.answersOptions = false;
    await agent.start();
    const ask = await pbx.request("OPTIONS");
    expect(ask.uri).toBe(`sip:127.0.0.1:${pbx.port}`);
    expect(ask.header("Authorization")).toBe("");
    expect(agent.up).toBe(false);
    pbx.reply(ask, status);
    expect(await link.next()).toEqual({ up: true, why: undefined });
  });

  test("is not up by a connection alone, but by anything that the PBX says", async () => {
    const { agent, pbx, link } = await tcpRig({ start: false });
    pbx.answersOptions = false;
    await agent.start();
    await pbx.request("OPTIONS");
    expect(agent.up).toBe(false);
    pbx.ask("OPTIONS", "sip:panel1@127.0.0.1", { callId: "q", cseq: 1, fromTag: "q" });
    expect((await link.next()).up).toBe(true);
  });

  test.each(["UDP", "TCP"])("goes down on silence over %s, and comes back", async (name) => {
    const alive = 300;
    const { agent, pbx, link } = await rig(name === "UDP" ? new RawUdpPbx() : new RawTcpPbx(), { alive });
    pbx.answersOptions = false;
    const silentSince = performance.now();
    const down = await link.next(({ up }) => !up);
    const took = performance.now() - silentSince;
    expect(down.why).toBe("nothing came from the PBX for 0.3 s");
    expect(took).toBeLessThan(alive + 700);
    expect(agent.up).toBe(false);
    pbx.answersOptions = true;
    expect((await link.next()).up).toBe(true);
    expect(link.all.map(({ up }) => up)).toEqual([true, false, true]);
  });

  test("lives on anything that the PBX sends", async () => {
    const { agent, pbx, link } = await udpRig({ alive: 600 });
    pbx.answersOptions = false;
    for (let cseq = 1; cseq <= 5; cseq++) {
      await pbx.request("OPTIONS"); // a third of the time is over
      pbx.ask("NOTIFY", "sip:panel1@127.0.0.1", { callId: "s", cseq, fromTag: "n", toTag: "t" });
      await pbx.response(481, "NOTIFY");
    }
    expect(agent.up).toBe(true);
    expect(link.all).toHaveLength(1);
  });

  test("notices over TCP at once when the PBX dies, and finds the next one", async () => {
    const { pbx, link } = await tcpRig();
    const { port } = pbx;
    await pbx.stop();
    const died = performance.now();
    await link.next(({ up }) => !up);
    expect(performance.now() - died).toBeLessThan(200);
    await pbx.start(port);
    expect((await link.next(({ up }) => up)).up).toBe(true);
  });

  test("finds a PBX that starts after it", async () => {
    const { agent, pbx, link, log } = await udpRig({ start: false, alive: 300 });
    const { port } = pbx;
    await pbx.stop();
    await agent.start();
    await log.heard.next(({ level }) => level === "warn");
    await log.heard.next(({ message }) => message === "PBX not reached, trying again");
    expect(agent.up).toBe(false);
    await pbx.start(port);
    expect((await link.next(({ up }) => up)).up).toBe(true);
    expect(log.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  });

  test("tells each listener in order, until it lets go", async () => {
    const { agent, link } = await udpRig({ start: false });
    const calls: string[] = [];
    agent.onLink(() => calls.push("a"));
    const cancel = agent.onLink(() => calls.push("b"));
    agent.onLink(() => calls.push("c"));
    await agent.start();
    await link.next();
    cancel();
    await agent.stop();
    expect(calls).toEqual(["a", "b", "c", "a", "c"]);
  });

  test("can be started again after a stop", async () => {
    const { agent, link } = await tcpRig();
    await agent.stop();
    await agent.start();
    await link.next(({ up }) => !up);
    expect((await link.next(({ up }) => up)).up).toBe(true);
  });

  test("start does not wait for a PBX, and stop not for one that hangs", async () => {
    const agent = new UserAgent({
      // Nobody routes this (RFC 5737).
      pbx: { host: "192.0.2.1", port: 5060, transport: "tcp", user: "p", password: new Secret("x"), alive: 5_000 },
      clock: new SystemClock(),
      log: new CaptureLog(),
    });
    const before = performance.now();
    await agent.start();
    await agent.stop();
    expect(performance.now() - before).toBeLessThan(2_000);
    await agent.stop();
  });
});
