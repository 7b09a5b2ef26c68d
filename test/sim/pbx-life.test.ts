import { afterEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../sim/manual-clock.ts";
import { Office } from "./office.ts";

const WITHIN = 10_000;

describe("life and death of the simulated PBX", () => {
  let office: Office | undefined;
  afterEach(() => office?.close());

  it("dies without a word and comes back on the same port, knowing nobody", async () => {
    office = await new Office().open();
    const { pbx, server } = office;
    const [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    const watch = await panel.subscribe("101");
    await p100.call("101");
    await watch.count(2);
    office.received("100");
    office.received("101");
    await pbx.kill();
    expect(pbx.lineState("101")).toBe("offline");
    expect(await pbx.start()).toEqual(server);
    expect([pbx.lineState("101"), pbx.channels, pbx.watchers("101")]).toEqual(["offline", 0, 0]);
    expect((await watch.refresh(300)).status).toBe(481);
    expect([...office.received("100"), ...office.received("101")]).toEqual([]);
    expect(watch.notified).toHaveLength(2);
    const again = await panel.subscribe("101");
    await again.count(1);
    expect(again.last.state).toBe("terminated");
    await p101.hangUp();
    await p100.hangUp();
  });

  it("comes back with its database: same dialog, same CSeq and version, other content", async () => {
    office = await new Office().open();
    const { pbx } = office;
    const [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    const watch = await panel.subscribe("101");
    await p100.call("101");
    await watch.count(2);
    const before = watch.last;
    await pbx.kill("kept");
    await pbx.start();
    await watch.count(3);
    expect(before.state).toBe("early");
    expect(watch.last).toMatchObject({ state: "terminated", cseq: before.cseq, version: before.version });
    expect(pbx.lineState("101")).toBe("idle");
    expect((await watch.refresh(300)).status).toBe(200);
    await p100.hangUp();
    await p101.hangUp();
    await p100.call("101");
    await p101.until("ringing", WITHIN);
  });

  it("breaks its TCP connections when it dies, and takes new ones", async () => {
    office = await new Office().open();
    const panel = await office.panel("tcp");
    expect((await panel.request("OPTIONS", "")).status).toBe(200);
    expect(panel.connections).toBe(1);
    await office.pbx.kill();
    await expect.poll(() => panel.connections).toBe(0);
    await office.pbx.start();
    expect((await panel.request("OPTIONS", "")).status).toBe(200);
  });

  it.each(["udp", "tcp"] as const)(
    "can fall silent over %s and come back as if nothing had been",
    async (transport) => {
      office = await new Office().open();
      const panel = await office.panel(transport);
      const watch = await panel.subscribe("101");
      await watch.count(1);
      office.pbx.silence(true);
      const answered = panel.request("OPTIONS", "");
      await expect(
        Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 300, "silence"))]),
      ).resolves.toBe("silence");
      office.pbx.silence(false);
      // Over UDP the request is repeated until it is answered; over TCP it is gone.
      expect((await (transport === "udp" ? answered : panel.request("OPTIONS", ""))).status).toBe(200);
      await office.phone("101");
      await watch.count(2);
    },
  );

  it("ends calls when it is stopped", async () => {
    office = await new Office().open();
    const [p100, p101] = await Promise.all([office.phone("100"), office.phone("101")]);
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await p101.answer();
    await p100.until("talking", WITHIN);
    await office.pbx.stop();
    await Promise.all([p100.until("idle", WITHIN), p101.until("idle", WITHIN)]);
  });

  it("leaves phones that find their way back by themselves", async () => {
    office = await new Office().open();
    const clock = new ManualClock();
    const p101 = await office.phone("101", { clock });
    await office.pbx.kill();
    await office.pbx.start();
    expect(office.pbx.lineState("101")).toBe("offline");
    clock.advance(60_000);
    await expect.poll(() => office?.pbx.lineState("101")).toBe("idle");
    await p101.stop();
    await p101.start();
    expect(office.pbx.lineState("101")).toBe("idle");
  });

  it("cannot start where its port is taken", async () => {
    office = await new Office().open();
    const second = new Office({ port: office.server.port });
    await expect(second.open()).rejects.toThrow("EADDRINUSE");
  });
});
