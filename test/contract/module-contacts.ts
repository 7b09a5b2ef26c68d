import { afterEach, describe, expect, it } from "vitest";
import type { Millis } from "../../firmware/domain/millis.ts";
import { BACK, type MakeModule, ModuleBench } from "./module-bench.ts";

const LONGEST_DEBOUNCE: Millis = 50;

/** What every Module promises about its keys. */
export function contactContract(name: string, make: MakeModule): void {
  describe(`the keys of ${name}`, () => {
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

    it("tells each contact once, with the moment at which it moved", async () => {
      const { module, back, clock, elapse, key, other, contacts } = await begin();
      await module.start();
      await elapse(100);
      const moved = [clock.now()];
      back.close(key);
      await elapse(200);
      moved.push(clock.now());
      back.close(other);
      back.open(key);
      await elapse(200);
      expect(contacts.map(([id, closed]) => [id, closed])).toEqual([
        [key, true],
        [other, true],
        [key, false],
      ]);
      expect(contacts.map(([, , at]) => at)).toEqual([moved[0], moved[1], moved[1]]);
    });

    it("tells a bouncing contact by its first edge, and once", async () => {
      const { module, back, clock, elapse, key, contacts } = await begin();
      await module.start();
      await elapse(100);
      const moved = clock.now();
      for (let i = 0; i < 4; i++) {
        back.close(key);
        await elapse(0.6);
        back.open(key);
        await elapse(0.4);
      }
      back.close(key);
      await elapse(300);
      expect(contacts).toEqual([[key, true, moved]]);
    });

    it("tells a contact that opened within the quiet time, after it", async () => {
      const { module, back, elapse, key, contacts } = await begin();
      await module.start();
      await elapse(100);
      back.close(key);
      await elapse(2);
      back.open(key);
      await elapse(LONGEST_DEBOUNCE);
      expect(contacts.map(([, closed]) => closed)).toEqual([true, false]);
    });

    it("takes a key that it finds closed for no press, at start and on return", async () => {
      const { module, back, elapse, key, other, contacts } = await begin();
      back.close(key);
      await module.start();
      await elapse(100);
      back.unplug();
      back.close(other);
      await elapse(100);
      back.plug();
      await elapse(BACK);
      expect(contacts).toEqual([]);
      back.open(key);
      await elapse(100);
      back.close(key);
      await elapse(100);
      expect(contacts.filter(([, closed]) => closed).map(([id]) => id)).toEqual([key]);
    });

    it("tells on return that a key was released meanwhile", async () => {
      const { module, back, elapse, key, contacts } = await begin();
      await module.start();
      await elapse(100);
      back.close(key);
      await elapse(100);
      back.unplug();
      back.open(key);
      await elapse(100);
      back.plug();
      await elapse(BACK);
      expect(contacts.map(([id, closed]) => [id, closed])).toEqual([
        [key, true],
        [key, false],
      ]);
    });

    it("knows which keys are held, those too that it finds so", async () => {
      const { module, back, elapse, key, other } = await begin();
      back.close(key);
      await module.start();
      await elapse(100);
      expect([...module.held]).toEqual([key]);
      back.close(other);
      await elapse(100);
      expect([...module.held].sort()).toEqual([key, other].sort());
      back.unplug();
      back.open(other);
      await elapse(100);
      back.plug();
      await elapse(BACK);
      expect([...module.held]).toEqual([key]);
      back.open(key);
      await elapse(100);
      expect(module.held.size).toBe(0);
    });
  });
}
