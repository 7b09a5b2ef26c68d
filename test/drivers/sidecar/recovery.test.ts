import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PortImpossible } from "../../../drivers/sidecar/port.ts";
import { litAt } from "../../../firmware/domain/cadence.ts";
import { MISHAPS } from "../../../sim/sidecar/cable.ts";
import { type Rig, rig } from "./rig.ts";

const SILENT =
  "nothing answers on /dev/test; look at the module's power, its plug, its id (0) and its baud rate (115200)";
const SENSELESS =
  "/dev/test brings bytes without sense; most likely the module has another baud rate than the board file (115200)";

async function started(made: Rig = rig()): Promise<Rig> {
  await made.sidecar.start();
  made.sidecar.show("1", { colour: "red", cadence: "steady" });
  made.sidecar.show("2", { colour: "green", cadence: "flash" });
  await made.elapse(200);
  expect(made.notes.story).toEqual(["up"]);
  return made;
}

function looks({ sim }: Rig): string[] {
  return [1, 2, 3].map((key) => sim.look(key));
}

const SHOWN = ["red steady", "green flash", "dark"];

describe("a sidecar and its line", () => {
  it.each(MISHAPS)("repeats what a bad line spoilt (%s), unnoticed by anybody", async (kind) => {
    const made = await started();
    const { sidecar, cable, elapse, notes } = made;
    for (const cadence of ["slow", "dip", "steady"] as const) {
      cable.mishap(kind);
      sidecar.show("1", { colour: "red", cadence });
      await elapse(300);
      expect(looks(made)[0]).toBe(`red ${cadence}`);
    }
    expect(notes.story).toEqual(["up"]);
  });

  it.each(MISHAPS)("hears a key once though its message was spoilt (%s)", async (kind) => {
    const { sim, cable, elapse, notes } = await started();
    cable.mishap(kind);
    sim.close(3);
    await elapse(300);
    cable.mishap(kind);
    sim.open(3);
    await elapse(300);
    expect(notes.contacts).toEqual(["3 closed", "3 open"]);
  });

  it("takes garbage between messages for nothing", async () => {
    const { cable, sim, elapse, notes } = await started();
    for (let time = 0; time < 20; time++) {
      cable.garbage(50);
      sim.close(3);
      await elapse(40);
      sim.open(3);
      await elapse(40);
    }
    expect(notes.story).toEqual(["up"]);
    expect(notes.contacts).toHaveLength(40);
  });

  it("misses a module that falls silent within two seconds, and shows everything on its return", async () => {
    const made = await started();
    const { cable, sidecar, elapse, notes } = made;
    cable.silent = true;
    await elapse(2000);
    expect(notes.story).toEqual(["up", SILENT]);
    expect(notes.gone).toEqual(new Set(["1", "2", "3"]));
    sidecar.show("3", { colour: "red", cadence: "wink" });
    await elapse(10_000);
    cable.silent = false;
    await elapse(2000);
    expect(notes.story).toEqual(["up", SILENT, "up"]);
    expect(looks(made)).toEqual(["red steady", "green flash", "red wink"]);
  });

  it("misses a lamp's module after four tries", async () => {
    const { cable, sidecar, elapse, notes } = await started();
    cable.silent = true;
    sidecar.show("3", { colour: "red", cadence: "wink" });
    await elapse(4 * 150);
    expect(notes.story).toEqual(["up", SILENT]);
  });

  it("tells another baud rate from silence", async () => {
    const made = rig();
    const { cable, sidecar, elapse, notes } = made;
    cable.wrongBaud = true;
    await sidecar.start();
    await elapse(10_000);
    expect(notes.story.at(-1)).toBe(SENSELESS);
    cable.wrongBaud = false;
    await elapse(3000);
    expect(notes.story.at(-1)).toBe("up");
  });

  it("names what is no sidecar by what it says", async () => {
    const { line, cable, sidecar, elapse, notes } = rig();
    cable.silent = true;
    await sidecar.start();
    for (let time = 0; time < 30; time++) {
      line.send(Buffer.from("$GPGGA,123519,4807.038,N\r\n"));
      await elapse(100);
    }
    expect(notes.story).toEqual([
      'what is on /dev/test is not a sidecar: it says "$GPGGA,123519,4807.038,N"; name another port',
    ]);
  });

  it("does not take the echo of a half-duplex adapter for a stranger", async () => {
    const { line, cable, sidecar, elapse, notes } = rig();
    cable.silent = true;
    line.onSent = (bytes) => line.send(bytes);
    await sidecar.start();
    await elapse(3000);
    expect(notes.story).toEqual([SILENT]);
  });

  it("gives a module that starts with its port two seconds", async () => {
    const { cable, sidecar, elapse, notes } = rig();
    cable.silent = true;
    await sidecar.start();
    await elapse(1600);
    expect(notes.story).toEqual([]);
    cable.silent = false;
    await elapse(400);
    expect(notes.story).toEqual(["up"]);
  });

  it("sets the beat again where it was on its way for long", async () => {
    const { clock, line, sim, elapse, sidecar } = await started();
    line.delay = 40;
    await elapse(650);
    line.delay = 0;
    await elapse(50);
    sidecar.show("1", { colour: "red", cadence: "failed" });
    await elapse(360 - (clock.now() % 10) + 5);
    // Until the next heartbeat.
    for (let past = 0; past < 300; past += 10) {
      expect(sim.lit(1).length > 0).toBe(litAt("failed", clock.now()));
      await elapse(10);
    }
  });

  it("notices at once that a module started anew", async () => {
    const made = await started();
    const { sim, elapse, notes } = made;
    sim.powerOn();
    await elapse(50);
    expect(notes.story).toEqual(["up", "it started anew", "up"]);
    expect(looks(made)).toEqual(SHOWN);
  });

  it("finds a module again where the driver never said that the plug was pulled", async () => {
    const made = await started();
    const { unplug, plug, elapse, notes } = made;
    unplug(false);
    await elapse(2500);
    expect(notes.story.slice(0, 2)).toEqual(["up", SILENT]);
    plug();
    await elapse(2000);
    expect(notes.story.at(-1)).toBe("up");
    expect(looks(made)).toEqual(SHOWN);
  });

  it("shows everything again, wherever in its conversation the plug is pulled and put back", async () => {
    let cut = 0;
    for (let whole = false; !whole; cut++) {
      const made = rig();
      const { line, sim, sidecar, elapse, unplug, plug, notes } = made;
      let left = cut;
      line.limit = (bytes) => {
        const passed = bytes.subarray(0, left);
        left -= passed.length;
        if (left === 0 && passed.length < bytes.length) unplug();
        return passed;
      };
      sidecar.show("1", { colour: "red", cadence: "steady" });
      sidecar.show("2", { colour: "green", cadence: "flash" });
      await sidecar.start();
      sim.close(3);
      await elapse(700);
      whole = left > 0;
      line.limit = undefined;
      if (!whole) plug();
      sim.open(3);
      await elapse(2000);
      expect([cut, notes.story.at(-1), ...looks(made)]).toEqual([cut, "up", ...SHOWN]);
      expect(sidecar.held.size).toBe(0);
    }
    // All of a start: HELLO, SYNC, two LAMPs, a key.
    expect(cut).toBeGreaterThan(150);
  });

  it("shows what was wanted last, whatever befalls the line", async () => {
    const doings = fc.array(
      fc.record({
        what: fc.constantFrom("unplug", "reboot", "silent", "garbage", "half", "drop", "crc", "nothing"),
        lamp: fc.constantFrom("1", "2", "3"),
        cadence: fc.constantFrom("dark", "steady", "flash", "wink", "pending"),
        during: fc.integer({ min: 0, max: 1500 }),
      }),
      { maxLength: 12 },
    );
    const own = fc.constantFrom<string[]>([], ["flash"], ["flash", "wink", "pending"]);
    await fc.assert(
      fc.asyncProperty(doings, own, fc.constantFrom(0, 5), async (all, cadences, id) => {
        const made = rig({ cadences, id });
        const { cable, sim, sidecar, elapse, unplug, plug, notes } = made;
        const wanted = new Map<string, string>();
        await sidecar.start();
        for (const { what, lamp, cadence, during } of all) {
          if (what === "unplug") unplug(during % 2 === 0);
          if (what === "reboot") sim.powerOn();
          if (what === "silent") cable.silent = true;
          if (what === "garbage") cable.garbage(during % 100);
          if (what === "half" || what === "drop" || what === "crc") cable.mishap(what);
          wanted.set(lamp, cadence);
          sidecar.show(lamp, { colour: "red", cadence });
          await elapse(during);
          cable.silent = false;
          if (what === "unplug") plug();
        }
        await elapse(7000);
        expect(notes.story.at(-1)).toBe("up");
        for (const [lamp, cadence] of wanted) {
          const isOwn = cadences.length > 0 && ["dark", "steady", ...cadences].includes(cadence);
          const allowed = isOwn || cadence === "dark" ? [cadence] : ["steady", "dark"];
          expect(allowed.map((each) => `red ${each}`.replace(/.*dark/, "dark"))).toContain(
            sim.look(Number(lamp)).replace(/.*dark/, "dark"),
          );
        }
        await sidecar.halt();
        await elapse(0);
        expect(sim.hosted).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});

describe("a sidecar that does not fit", () => {
  it("goes on with the keys that there are, and names the others", async () => {
    const { sim, sidecar, elapse, notes } = rig({ boardKeys: 6 });
    await sidecar.start();
    sidecar.show("4", { colour: "red", cadence: "steady" });
    sidecar.show("5", { colour: "red", cadence: "steady" });
    await elapse(100);
    expect(notes.story).toEqual(["it has 4 keys; key 5, 6 of the board are beyond them"]);
    expect([...notes.gone]).toEqual(["5", "6"]);
    expect(sim.look(4)).toBe("red steady");
  });

  it.each([
    ["NAK 1 version", "it does not speak version 1 of the sidecar protocol"],
    ["ACK 1", "it does not answer HELLO as a sidecar does"],
  ])("says so of one that answers %s", async (body, told) => {
    const { line, cable, sidecar, elapse, notes } = rig();
    cable.silent = true;
    line.answer = (message) => body.replace("1", /HELLO (\d+)/.exec(message)?.[1] ?? "");
    await sidecar.start();
    await elapse(2500);
    expect(notes.story).toEqual([told]);
  });

  it("takes the colours that the module has", async () => {
    const { sim, sidecar, elapse } = rig({ colours: ["green", "red"] });
    await sidecar.start();
    sidecar.show("1", { colour: "amber", cadence: "steady" });
    sidecar.show("2", { colour: "blue", cadence: "steady" });
    await elapse(50);
    expect([sim.lit(1), sim.lit(2)]).toEqual([["red", "green"], ["green"]]);
  });
});

it("does not start where no retry could ever help", async () => {
  const made = rig();
  made.line.refusal = new PortImpossible("the package serialport is missing");
  await expect(made.sidecar.start()).rejects.toThrow("serialport is missing");
  await made.sidecar.halt();
});
