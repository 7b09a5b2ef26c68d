import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import type { TransportOptions } from "../../firmware/sip/transport/transport.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { silentLog } from "../recording-log.ts";
import { LOOPBACKS, type Peer, PLACEHOLDER, type TransportBench } from "./transport-bench.ts";

/** What every transport says when it cannot connect: one sentence, with what to look at. */
export function refusalContract(name: string, bench: TransportBench): void {
  describe.each(LOOPBACKS)(`${name} that cannot connect to %s`, (host) => {
    let peer: Peer;

    beforeEach(async () => {
      peer = await bench.peer(host);
    });

    afterEach(() => peer.stop());

    const options = (more: Partial<TransportOptions>): TransportOptions => ({
      host,
      port: peer.port,
      viaPlaceholder: PLACEHOLDER,
      clock: new SystemClock(),
      log: silentLog,
      ...more,
    });

    it("gives up when its time is over, and says how long it waited for whom", async () => {
      const clock = new ManualClock();
      const slow = bench.make(options({ clock, connectTimeout: 3000 }));
      const connecting = slow.connect();
      clock.advance(3000);
      await expect(connecting).rejects.toThrow(/^No answer from \w+ \S+:\d+ within 3 s\. Check/);
      expect([slow.state, clock.pending]).toEqual(["Disconnected", 0]);
    });

    it("says which host does not exist", async () => {
      const lost = bench.make(options({ host: "host.invalid" }));
      await expect(lost.connect()).rejects.toThrow(/^No such host: host\.invalid\. Check/);
      expect(lost.state).toBe("Disconnected");
    });

    it("says which local port is taken", async () => {
      const taken = bench.make(options({ localAddress: host, localPort: peer.port }));
      await expect(taken.connect()).rejects.toThrow(new RegExp(`^Local \\w+ port ${peer.port} is taken`));
      expect(taken.state).toBe("Disconnected");
    });

    it("says which local address is not there", async () => {
      const localAddress = host.includes(":") ? "2001:db8::77" : "192.0.2.77";
      const elsewhere = bench.make(options({ localAddress }));
      await expect(elsewhere.connect()).rejects.toThrow(new RegExp(`^${localAddress} is no address of this machine`));
    });

    if (!bench.noticesClosedPort) return;

    it("says where nothing listens", async () => {
      const gone = await bench.peer(host);
      const { port } = gone;
      await gone.stop();
      const refused = bench.make(options({ port }));
      await expect(refused.connect()).rejects.toThrow(/^Nothing listens on \w+ .*\. Check that the PBX runs/);
      expect(refused.state).toBe("Disconnected");
    });
  });
}
