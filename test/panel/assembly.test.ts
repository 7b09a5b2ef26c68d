import { describe, expect, it } from "vitest";
import { Assembly } from "../../firmware/panel/assembly.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { simModule } from "../../sim/module.ts";
import { moduleContract } from "../contract/module.ts";

function assembled() {
  const clock = new ManualClock(1000);
  const left = simModule({ name: "left", lamps: ["1", "2"], keys: ["1"], clock });
  const right = simModule({ name: "right", lamps: ["3"], keys: ["2", "3"], clock });
  const all = [left.back, right.back];
  const lampOf = (lamp: string) => (lamp === "3" ? right.back : left.back);
  const keyOf = (key: string) => (key === "1" ? left.back : right.back);
  return {
    clock,
    left: left.back,
    right: right.back,
    module: new Assembly("both", [left.module, right.module]),
    elapse: async (by: number) => clock.advance(by),
    back: {
      lit: (lamp: string) => lampOf(lamp).lit(lamp),
      close: (key: string) => keyOf(key).close(key),
      open: (key: string) => keyOf(key).open(key),
      unplug: () => {
        for (const back of all) back.unplug();
      },
      plug: () => {
        for (const back of all) back.plug();
      },
    },
  };
}

moduleContract("Assembly of two modules", assembled);

describe("Assembly", () => {
  it("tells which of its modules are absent, why, and which keys went with them", async () => {
    const { left, right, module } = assembled();
    const story: [string, string[]][] = [];
    module.onState((_state, why, gone) => story.push([why?.message ?? "up", [...gone]]));
    right.unplug(new Error("no such port"));
    await module.start();
    left.unplug(new Error("cable off"));
    right.plug();
    left.plug();
    expect(story).toEqual([
      ["right: no such port", ["3", "2"]],
      ["left: cable off; right: no such port", ["1", "2", "3"]],
      ["left: cable off", ["1", "2"]],
      ["up", []],
    ]);
  });

  it("shows what it is told on the modules that are there", async () => {
    const { left, right, module } = assembled();
    await module.start();
    left.unplug();
    module.show("1", { colour: "red", cadence: "steady" });
    module.show("3", { colour: "red", cadence: "steady" });
    expect([left.lit("1"), right.lit("3")]).toEqual([false, true]);
  });

  it("halts all its modules, though one of them cannot", async () => {
    const { clock, right } = assembled();
    const good = simModule({ name: "good", lamps: ["9"], keys: [], clock });
    const bad = simModule({ name: "bad", lamps: ["8"], keys: [], clock });
    bad.module.halt = () => Promise.reject(new Error("stuck"));
    const module = new Assembly("both", [bad.module, good.module]);
    await module.start();
    module.show("9", { colour: "red", cadence: "steady" });
    await expect(module.halt()).rejects.toThrow("stuck");
    expect([good.back.lit("9"), right.lit("3")]).toEqual([false, false]);
  });
});
