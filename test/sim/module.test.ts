import { describe, expect, it } from "vitest";
import { ManualClock } from "../../sim/manual-clock.ts";
import { simModule } from "../../sim/module.ts";
import { moduleContract } from "../contract/module.ts";

function make() {
  const clock = new ManualClock(1000);
  const keys = ["1", "2", "3"];
  return { clock, ...simModule({ name: "sim", lamps: keys, keys, clock }) };
}

moduleContract("SimModule", () => {
  const { clock, module, back } = make();
  return { clock, module, back, elapse: async (by) => clock.advance(by) };
});

describe("SimModule", () => {
  it("shows the colour it was told", async () => {
    const { module, back } = make();
    await module.start();
    module.show("1", { colour: "amber", cadence: "steady" });
    expect([back.colour("1"), back.colour("2")]).toEqual(["amber", undefined]);
  });

  it("leaves nothing running when nothing flashes", async () => {
    const { clock, module } = make();
    await module.start();
    module.show("1", { colour: "red", cadence: "flash" });
    expect(clock.pending).toBe(1);
    module.show("1", { colour: "red", cadence: "steady" });
    clock.advance(100);
    expect(clock.pending).toBe(0);
  });
});
