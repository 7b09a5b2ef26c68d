import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import { Asterisk } from "../asterisk/asterisk.ts";
import { customLines } from "../asterisk/files.ts";
import { ALIVE, TRUE_WITHIN, told, watchOptions } from "../asterisk/watch.ts";
import { cell, took } from "../matrix.ts";
import { buildRemotePanel, RemotePanel } from "../remote-panel.ts";
import { Truth } from "../truth.ts";
import { type Cut, Network } from "./network.ts";

const START_WITHIN = 45_000;
const lines = ["101", "103", ...customLines.slice(0, 46)];

const names: Readonly<Record<Cut, string>> = {
  interface: "panel's interface down",
  cable: "cable out",
  silence: "all packets dropped",
};

/**
 * Panels, one a transport, and an Asterisk, in a network that is cut between them, all at once. States change while it is cut.
 * Afterwards every lamp is true in time, and none was wrong for longer than a dead link may go unseen.
 *
 * @param seconds how long it is cut, each time
 */
export function cuts(how: Cut, seconds: readonly number[], transports: readonly SipTransportName[]): void {
  describe(`the link to a PBX, ${names[how]}`, () => {
    const network = new Network();
    const pbx = new Asterisk({ host: network.pbxAddress, inside: network.atPbx });
    const truths = new Map<SipTransportName, Truth>();
    const panels: RemotePanel[] = [];
    let folder: string;

    beforeAll(async () => {
      await network.start();
      await pbx.start();
      folder = await mkdtemp(join(tmpdir(), "blfd-link-"));
      const code = await buildRemotePanel(folder);
      for (const transport of transports) {
        const truth = new Truth(new SystemClock(), ALIVE);
        const panel = new RemotePanel(code, network.atPanel, watchOptions(pbx, transport, lines), (note) =>
          truth.note(note),
        );
        truths.set(transport, truth);
        panels.push(panel);
        panel.start();
      }
      await Promise.all([...truths.values()].map((truth) => truth.untilTrue(() => told(pbx, lines), START_WITHIN)));
    }, 120_000);
    afterAll(async () => {
      const stopped = await Promise.allSettled(panels.map((panel) => panel.stop()));
      await pbx.stop();
      await network.stop();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      expect(stopped.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []))).toEqual([]);
    }, 90_000);

    describe.each(seconds)("for %i s", (length) => {
      const passages = new Map<SipTransportName, Promise<number>>();

      beforeAll(
        async () => {
          const everyTruth = [...truths.values()];
          await pbx.setState("801", "ringing");
          await Promise.all(everyTruth.map((truth) => truth.untilTrue(() => told(pbx, lines), START_WITHIN)));

          await network.cut(how);
          for (const truth of everyTruth) truth.lost();
          await pbx.setState("801", "idle");
          await pbx.setState("802", "busy");
          await delay(length * 1000 - 500);
          await pbx.setState("802", "idle");
          await pbx.setState("803", "ringing");
          await delay(500);
          for (const truth of everyTruth) truth.found();
          await network.mend(how);
          for (const [transport, truth] of truths) passages.set(transport, passage(truth));
          await Promise.allSettled(passages.values());
          await pbx.setState("803", "idle");
        },
        length * 1000 + 120_000,
      );

      /** How long after the cut its lamps were true. */
      async function passage(truth: Truth): Promise<number> {
        const trueAfter = await truth.untilTrue(() => told(pbx, lines), TRUE_WITHIN);
        truth.mustBeTrue();
        return trueAfter;
      }

      for (const transport of transports) {
        const field = cell(pbx.name, transport, `link: ${names[how]}, ${length} s`);
        test(`over ${transport}: true again in time, and no lie on the way`, field, async ({ task }) => {
          const passed = passages.get(transport);
          if (passed === undefined) throw new Error("it was not tried");
          took(task, await passed);
        });
      }
    });
  });
}
