import { describe, expect, it } from "vitest";
import { Bus } from "../../../drivers/sidecar/bus.ts";
import { Sidecar } from "../../../drivers/sidecar/sidecar.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { Cable } from "../../../sim/sidecar/cable.ts";
import { MemoryLine } from "./memory-line.ts";
import { elapse, Notes, numbered } from "./rig.ts";

/** Modules with these ids on one line. */
function corridor(ids: readonly number[]) {
  const clock = new ManualClock(1000);
  const line = new MemoryLine(clock);
  const bus = new Bus({ path: "/dev/test", baud: 115200, open: line.open, clock });
  const places = ids.map((id) => {
    const cable = new Cable({ id, keys: 3, clock, random: () => 0.5, toHost: (bytes) => line.send(bytes) });
    line.attach((bytes) => cable.fromHost(bytes));
    cable.module.powerOn();
    const sidecar = new Sidecar({ name: `module ${id}`, id, keys: numbered(3), bus, clock });
    return { id, cable, sim: cable.module, sidecar, notes: new Notes(sidecar) };
  });
  return {
    clock,
    line,
    places,
    start: () => Promise.all(places.map(({ sidecar }) => sidecar.start())),
    elapse: (by: Millis) => elapse(clock, by),
  };
}

describe("several modules on one bus", () => {
  it("are each their own, and in phase", async () => {
    const { clock, places, start, elapse } = corridor([1, 7, 99]);
    for (const { sidecar } of places) sidecar.show("1", { colour: "red", cadence: "flash" });
    await start();
    await elapse(500);
    expect(places.map(({ notes }) => notes.story)).toEqual([["up"], ["up"], ["up"]]);
    places[1]?.sidecar.show("2", { colour: "green", cadence: "steady" });
    await elapse(105 - (clock.now() % 10));
    expect(places.map(({ sim }) => sim.look(2))).toEqual(["dark", "green steady", "dark"]);
    for (let past = 0; past < 2000; past += 50) {
      const lit = places.map(({ sim }) => sim.lit(1).length > 0);
      expect(new Set(lit).size).toBe(1);
      await elapse(50);
    }
  });

  it("never speak at once, nor while the host does", async () => {
    const { clock, line, places, start, elapse } = corridor([1, 2, 3]);
    let spoken: "host" | "module" = "module";
    const breaches: number[] = [];
    const speaks = (who: "host" | "module") => () => {
      if (spoken === who) breaches.push(clock.now());
      spoken = who;
    };
    line.onSent = speaks("host");
    line.onSaid = speaks("module");
    await start();
    for (let time = 0; time < 100; time++) {
      const { sim, sidecar } = places[time % 3] ?? { sim: undefined, sidecar: undefined };
      sim?.close(1);
      sidecar?.show("2", { colour: "red", cadence: time % 2 === 0 ? "flash" : "steady" });
      await elapse(37);
      sim?.open(1);
    }
    expect(breaches).toEqual([]);
    expect(places.map(({ notes }) => notes.contacts.length).reduce((a, b) => a + b)).toBeGreaterThan(190);
  });

  it("are heard within 60 ms of a press, with the moment at which it was", async () => {
    const { clock, places, start, elapse } = corridor([1, 2, 3, 4]);
    const moved: Millis[] = [];
    const delays: Millis[] = [];
    for (const { sidecar } of places) {
      sidecar.onContact((_key, closed, at) => {
        if (!closed) return;
        delays.push(clock.now() - (moved.at(-1) ?? 0));
        expect(Math.abs(at - (moved.at(-1) ?? 0))).toBeLessThanOrEqual(1);
      });
    }
    await start();
    await elapse(500);
    for (let time = 0; time < 40; time++) {
      const sim = places[time % 4]?.sim;
      moved.push(clock.now());
      sim?.close(2);
      await elapse(123);
      sim?.open(2);
      await elapse(123);
    }
    expect(delays).toHaveLength(40);
    expect(Math.max(...delays)).toBeLessThan(60);
  });

  it("go on while one of them is missing, and take it in when it comes", async () => {
    const { places, start, elapse } = corridor([1, 2]);
    const [one, two] = places;
    if (one === undefined || two === undefined) throw new Error("two modules are wanted");
    two.cable.silent = true;
    await start();
    await elapse(5000);
    expect(one.notes.story).toEqual(["up"]);
    expect(two.notes.story).toEqual([
      "module 2 does not answer on /dev/test; look at its power, the wires of the bus, its id and its baud rate (115200)",
    ]);
    for (let time = 0; time < 20; time++) {
      one.sim.close(1);
      await elapse(200);
      one.sim.open(1);
      await elapse(200);
    }
    expect(one.notes.contacts).toHaveLength(40);
    two.cable.silent = false;
    await elapse(1500);
    expect([one.notes.story, two.notes.story.at(-1)]).toEqual([["up"], "up"]);
  });

  it("lose their host when both have been halted, and the port with the last", async () => {
    const { line, places, start, elapse } = corridor([1, 2]);
    await start();
    await elapse(500);
    await places[0]?.sidecar.halt();
    await elapse(100);
    expect([...places.map(({ sim }) => sim.hosted), line.isOpen]).toEqual([false, true, true]);
    await places[1]?.sidecar.halt();
    await elapse(100);
    expect([...places.map(({ sim }) => sim.hosted), line.isOpen]).toEqual([false, false, false]);
  });

  it("tell a port that is missing once each", async () => {
    const { line, places, start, elapse } = corridor([1, 2]);
    line.unplug();
    await start();
    await elapse(3000);
    line.plug();
    await elapse(1000);
    for (const { notes } of places) expect(notes.story).toEqual(["there is no such port", "up"]);
  });
});

it("a port that does not open within two seconds is told, and tried again", async () => {
  const clock = new ManualClock(0);
  let tries = 0;
  const open = () => {
    tries++;
    return new Promise<never>(() => {});
  };
  const bus = new Bus({ path: "/dev/test", baud: 9600, open, clock });
  const sidecar = new Sidecar({ name: "desk", id: 0, keys: numbered(1), bus, clock });
  const { story } = new Notes(sidecar);
  const starting = sidecar.start();
  await elapse(clock, 2600);
  await starting;
  expect([story, tries]).toEqual([["/dev/test does not open within 2 s"], 2]);
  await sidecar.halt();
});
