import { afterEach, beforeEach, expect, test } from "vitest";
import { messageFlows, offlineFlows, type PbxWithMailboxes } from "./offline.ts";
import { TestPanel } from "./panel.ts";
import { simTestPbx } from "./sim-pbx.ts";

offlineFlows("udp", () => simTestPbx());
offlineFlows("tcp", () => simTestPbx("tcp"));
messageFlows("udp", () => simTestPbx());

let pbx: PbxWithMailboxes;
let panel: TestPanel;
beforeEach(async () => {
  pbx = simTestPbx("udp", { events: ["dialog"] });
  await pbx.start();
  panel = new TestPanel({ host: pbx.host, port: pbx.port, transport: "udp", offline: "presence", mailbox: "101" });
});
afterEach(async () => {
  await panel.stop();
  await pbx.stop();
});

test("a PBX that refuses presence and messages: lamps by dialogs alone, and a fault that says what they cannot show", async () => {
  await panel.start();
  const refused = (line: string) =>
    panel.untilEvent(0, 8000, ({ what, why }) => what === line && /looks idle/.test(why ?? ""));
  expect((await refused("line 102")).why).toBe(
    'the PBX does not offer the event "presence" for 102: load that package there; until then 102 looks idle also where no phone is registered',
  );
  await panel.untilLamps(["idle", "idle", "idle", "idle", "idle"], 8000);
}, 90_000);
