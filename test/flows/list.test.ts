import { afterEach, describe, expect, test } from "vitest";
import { listFlows } from "./list.ts";
import { TestPanel } from "./panel.ts";
import { type SimTestPbx, simTestPbx } from "./sim-pbx.ts";

listFlows("udp", () => simTestPbx());
listFlows("tcp", () => simTestPbx("tcp"));

describe("at the simulated PBX", () => {
  let pbx: SimTestPbx;
  let panel: TestPanel;
  afterEach(async () => {
    await panel.stop();
    await pbx.stop();
  });

  const watchers = () => ["blflist", "101", "102", "103", "104", "105"].map((name) => pbx.watchers(name));

  test("the panel has one subscription, to the list, and takes it back when it stops", async () => {
    pbx = simTestPbx("tcp");
    await pbx.start();
    panel = new TestPanel({ host: pbx.host, port: pbx.port, transport: "tcp", list: "blflist" });
    await panel.start();
    await panel.untilLamps(["idle", "idle", "idle", "idle", "idle"], 3000);
    expect(watchers()).toEqual([1, 0, 0, 0, 0, 0]);
    await panel.stop();
    expect(watchers()).toEqual([0, 0, 0, 0, 0, 0]);
  }, 90_000);

  test("lines that the list leaves out have one each", async () => {
    pbx = simTestPbx("tcp", { lists: { blflist: { members: ["101", "102", "103", "777"], full: true } } });
    await pbx.start();
    panel = new TestPanel({ host: pbx.host, port: pbx.port, transport: "tcp", list: "blflist" });
    await panel.start();
    await panel.untilLamps(["idle", "idle", "idle", "idle", "idle"], 3000);
    expect(watchers()).toEqual([1, 0, 0, 0, 1, 1]);
  }, 90_000);
});
