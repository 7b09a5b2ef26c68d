import { expect, test } from "vitest";
import type { RequestSpec } from "../../firmware/sip/agent.ts";
import { RawTcpPbx, RawUdpPbx } from "./raw/raw-pbx.ts";
import { outcome, rig } from "./raw/rig.ts";

// In a file of its own, since it counts what the process holds.

const SUBSCRIBE: RequestSpec = {
  method: "SUBSCRIBE",
  target: "sip:101@pbx.example.org",
  identity: { callId: "call-1", localTag: "mine", cseq: 7, routes: [] },
  headers: ["Event: dialog"],
};

test.each(["UDP", "TCP"])("stop over %s leaves nothing behind, with requests and calls still open", async (name) => {
  const clean = leftovers();
  const { agent, pbx, link } = await rig(name === "UDP" ? new RawUdpPbx() : new RawTcpPbx());
  const result = outcome((final) => agent.request(SUBSCRIBE, final));
  await pbx.request("SUBSCRIBE");
  agent.invite(agent.uri("102"), [], "v=0\r\n", { accepted() {}, rejected() {}, sipfrag() {}, ended() {} });
  pbx.reply(await pbx.request("INVITE"), 180, { headers: ["Contact: <sip:x@127.0.0.1>"] });
  const before = performance.now();
  await agent.stop();
  expect(performance.now() - before).toBeLessThan(2_000);
  expect(await result.next()).toMatchObject({ status: 503 });
  expect((await link.next(({ up }) => !up)).why).toBe("the SIP agent was stopped");
  expect(agent.up).toBe(false);
  await pbx.stop();
  await until(() => leftovers().length <= clean.length);
});

/** Looks again and again, without a timer of its own. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 2_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`still there: ${leftovers()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Sockets and timers of this process; the test runner has some timers of its own. */
function leftovers(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /^(UDP|TCP|Timeout)/.test(kind));
}
