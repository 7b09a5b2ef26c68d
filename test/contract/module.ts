import { afterEach, describe, expect, it } from "vitest";
import { kept } from "./kept.ts";
import { BACK, type MakeModule, ModuleBench, NOTICED } from "./module-bench.ts";
import { contactContract } from "./module-contacts.ts";
import { lampContract } from "./module-lamps.ts";

/** What every Module promises. */
export function moduleContract(name: string, make: MakeModule): void {
  describe(name, kept("Module", name), () => {
    lampContract(name, make);
    contactContract(name, make);
    presenceContract(name, make);
  });
}

/** What every Module promises about being there. */
function presenceContract(name: string, make: MakeModule): void {
  describe(`${name} as a Module`, () => {
    let last: ModuleBench | undefined;
    const begin = async (): Promise<ModuleBench> => {
      await last?.end();
      last = new ModuleBench(await make());
      return last;
    };
    afterEach(async () => {
      await last?.end();
      last = undefined;
    });

    it("tells once that it is up, and is dark", async () => {
      const bench = await begin();
      const { module, elapse, story } = bench;
      await module.start();
      await elapse(0);
      expect(story).toEqual(["up"]);
      await elapse(3000);
      expect(story).toEqual(["up"]);
      expect(bench.lit()).toEqual([]);
    });

    it("keeps what it was shown before start", async () => {
      const bench = await begin();
      const { module, elapse, one } = bench;
      await bench.show(one, "steady");
      expect(bench.lit()).toEqual([]);
      await module.start();
      await elapse(0);
      expect(bench.lit()).toEqual([one]);
    });

    it("tells that it is absent and why, and shows the latest on return", async () => {
      const bench = await begin();
      const { module, back, elapse, one, two, story } = bench;
      await module.start();
      await bench.show(one, "steady");
      await bench.show(two, "flash");
      await elapse(0);
      expect(bench.gone.size).toBe(0);
      back.unplug();
      await elapse(NOTICED);
      expect(story).toEqual(["up", "absent, string"]);
      expect(bench.gone).toEqual(new Set([...module.lamps, ...module.keys]));
      expect(bench.lit()).toEqual([]);
      await bench.show(one, "flash");
      await bench.show(one, "dark");
      await bench.show(two, "steady");
      await elapse(3000);
      expect(bench.lit()).toEqual([]);
      back.plug();
      await elapse(BACK);
      expect(story).toEqual(["up", "absent, string", "up"]);
      expect(bench.gone.size).toBe(0);
      expect(bench.lit()).toEqual([two]);
    });

    it("starts while it is absent, says so, and comes up when it is there", async () => {
      const bench = await begin();
      const { module, back, elapse, one, story } = bench;
      back.unplug();
      await module.start();
      await bench.show(one, "steady");
      expect(story).toEqual(["absent, string"]);
      back.plug();
      await elapse(BACK);
      expect(story).toEqual(["absent, string", "up"]);
      expect(bench.lit()).toEqual([one]);
    });

    it("is dark after halt, and does nothing more", async () => {
      const bench = await begin();
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
      const { module, elapse, one, story } = await begin();
      module.show(one, { colour: "red", cadence: "flash" });
      await module.halt();
      await elapse(1000);
      expect(story).toEqual([]);
    });

    it("halts while it is absent", async () => {
      const { module, back, elapse } = await begin();
      await module.start();
      back.unplug();
      await elapse(NOTICED);
      await module.halt();
    });
  });
}
