import { afterEach, describe, expect, it } from "vitest";
import { ModuleBench, type ModuleUnderTest } from "./module-bench.ts";
import { contactContract } from "./module-contacts.ts";
import { lampContract } from "./module-lamps.ts";

/** What every Module promises. */
export function moduleContract(name: string, make: () => ModuleUnderTest): void {
  lampContract(name, make);
  contactContract(name, make);

  describe(`${name} as a Module`, () => {
    let last: ModuleBench;
    const begin = (): ModuleBench => {
      last = new ModuleBench(make());
      return last;
    };
    afterEach(() => last.module.halt());

    it("tells once that it is up, and is dark", async () => {
      const bench = begin();
      const { module, elapse, story } = bench;
      await module.start();
      await elapse(0);
      expect(story).toEqual(["up"]);
      await elapse(3000);
      expect(story).toEqual(["up"]);
      expect(bench.lit()).toEqual([]);
    });

    it("keeps what it was shown before start", async () => {
      const bench = begin();
      const { module, elapse, one } = bench;
      await bench.show(one, "steady");
      expect(bench.lit()).toEqual([]);
      await module.start();
      await elapse(0);
      expect(bench.lit()).toEqual([one]);
    });

    it("tells that it is absent and why, and shows the latest on return", async () => {
      const bench = begin();
      const { module, back, elapse, one, two, story } = bench;
      await module.start();
      await bench.show(one, "steady");
      await bench.show(two, "flash");
      back.unplug();
      await elapse(0);
      expect(story).toEqual(["up", "absent, string"]);
      expect(bench.lit()).toEqual([]);
      await bench.show(one, "flash");
      await bench.show(one, "dark");
      await bench.show(two, "steady");
      await elapse(3000);
      expect(bench.lit()).toEqual([]);
      back.plug();
      await elapse(1000);
      expect(story).toEqual(["up", "absent, string", "up"]);
      expect(bench.lit()).toEqual([two]);
    });

    it("starts while it is absent, says so, and comes up when it is there", async () => {
      const bench = begin();
      const { module, back, elapse, one, story } = bench;
      back.unplug();
      await module.start();
      await bench.show(one, "steady");
      expect(story).toEqual(["absent, string"]);
      back.plug();
      await elapse(1000);
      expect(story).toEqual(["absent, string", "up"]);
      expect(bench.lit()).toEqual([one]);
    });

    it("is dark after halt, and does nothing more", async () => {
      const bench = begin();
      const { module, back, elapse, one, two, key, contacts, story } = bench;
      await module.start();
      await bench.show(one, "steady");
      await bench.show(two, "flash");
      await module.halt();
      await module.halt();
      await elapse(0);
      expect(bench.lit()).toEqual([]);
      const told = story.length;
      await bench.show(one, "steady");
      back.close(key);
      back.unplug();
      back.plug();
      await elapse(3000);
      expect(bench.lit()).toEqual([]);
      expect(contacts).toEqual([]);
      expect(story).toHaveLength(told);
    });

    it("halts without having been started", async () => {
      const { module, elapse, one, story } = begin();
      module.show(one, { colour: "red", cadence: "flash" });
      await module.halt();
      await elapse(1000);
      expect(story).toEqual([]);
    });

    it("halts while it is absent", async () => {
      const { module, back, elapse } = begin();
      await module.start();
      back.unplug();
      await elapse(0);
      await module.halt();
    });
  });
}
