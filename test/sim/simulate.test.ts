import { describe, expect, test } from "vitest";
import { simulate } from "../../sim/index.ts";
import { loadProfile } from "../config/data-files.ts";

const RECEPTION = "board-configs/examples/reception.yaml";

test("a panel, a PBX and a clock in ten lines: a press on a ringing key takes the call", async () => {
  const sim = await simulate({ panel: RECEPTION });
  await sim.call("201", "101");
  await sim.until("1", "ringing");
  await sim.until("1", "flashing");
  sim.press("1");
  expect(await sim.outcome()).toBe("picked-up");
  await sim.phoneIs("102", "talking");
  await sim.until("1", "idle");
});

test("ten minutes pass at once", async () => {
  const sim = await simulate({ panel: RECEPTION });
  const begun = performance.now();
  await sim.wait(600_000);
  expect(sim.lamp("1")?.state).toBe("idle");
  expect(sim.now).toBeGreaterThan(600_000);
  expect(performance.now() - begun).toBeLessThan(60_000);
});

test("the same seed is the same hour", async () => {
  const told = async (seed: number) => {
    const sim = await simulate({ panel: RECEPTION, seed });
    sim.cut();
    await sim.until("1", "unknown", 8000);
    sim.restore();
    await sim.until("1", "idle", 60_000);
    return sim.now;
  };
  const [first, again, other] = [await told(7), await told(7), await told(8)];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test("whom the panel names as the caller, and that it names nobody of a line whose callers are private", async () => {
  const sim = await simulate({ panel: "board-configs/panels/executive-2/blfd.yaml" });
  await sim.call("201", "110");
  await sim.until("1", "ringing", 1000, "A supplier 201");
  const wrong = sim.until("1", "ringing", 1000, "A customer");
  await expect(wrong).rejects.toThrow(
    /lamp 1 is not ringing, from A customer, .* but ringing \(.*\) from A supplier 201/,
  );
  await sim.call("202", "119");
  await sim.until("2", "ringing", 1000, "nobody");
  await expect(sim.until("1", "ringing", 1000, "nobody")).rejects.toThrow("from A supplier 201");
});

test("time that passes by itself", async () => {
  const sim = await simulate({ panel: RECEPTION, clock: "real" });
  await sim.call("201", "101");
  await sim.until("1", "ringing");
  sim.press("1");
  expect(await sim.outcome()).toBe("picked-up");
  await sim.stop();
});

test("the desk phone parks by its remote control, and the key fetches the call", async () => {
  const sim = await simulate({ panel: RECEPTION });
  await sim.call("201", "101");
  await sim.until("1", "ringing");
  sim.press("1");
  expect(await sim.outcome()).toBe("picked-up");
  await sim.wait(2000);
  sim.press("6");
  expect(await sim.outcome()).toBe("done");
  await sim.until("6", "held");
  await sim.phoneIs("102", "idle");
  await sim.wait(2000);
  sim.press("6");
  expect(await sim.outcome()).toBe("picked-up");
  await sim.phoneIs("102", "talking");
  await sim.until("6", "idle");
});

test("a PBX of another kind: Kamailio's tells the ids of a call, which is then replaced", async () => {
  const { settings: own } = (await simulate({ panel: RECEPTION })).scene;
  const loaded = loadProfile("kamailio", { boardConfigs: "board-configs" });
  if (!loaded.ok) throw new Error("the profile is not good");
  const pickup = { ...own.pickup, landings: ["desk-phone"] } as const;
  const sim = await simulate({ settings: { ...own, profile: loaded.value, pickup } });
  await sim.call("201", "101");
  await sim.until("1", "ringing");
  sim.press("1");
  expect(await sim.came()).toMatchObject({ outcome: "picked-up", method: "replaces" });
});

test("a bank without its plug is dark, and comes back as it was", async () => {
  const sim = await simulate();
  await sim.call("201", "101");
  await sim.until("1", "flashing");
  sim.unplug("lamps");
  await sim.stays("1", "unlit", 3000);
  await sim.event({ type: "fault", what: "module", why: "unplugged" });
  sim.replug("lamps");
  await sim.until("1", "flashing");
});

describe("what does not come is an error that says what came instead", () => {
  test("on a lamp", async () => {
    const sim = await simulate({ panel: RECEPTION });
    await sim.call("201", "101");
    await expect(sim.until("1", "busy", 2000)).rejects.toThrow(
      /^lamp 1 is not busy within 2 s, but idle \(dark\), then ringing \(flash\) after 0 s; now .*; 101 is ringing, 201 is calling$/,
    );
    await expect(sim.stays("1", "lit", 2000)).rejects.toThrow(/^lamp 1 does not stay lit for 2 s, but ringing/);
  });

  test("of a press", async () => {
    const sim = await simulate({ panel: RECEPTION });
    await expect(sim.outcome()).rejects.toThrow("no key has been pressed");
    sim.press("7");
    await expect(sim.outcome(1000)).rejects.toThrow(
      "the press of key 7 came to nothing within 1 s; reported was: type press, key 7, action acknowledge",
    );
  });

  test("of an event, a phone, the buzzer", async () => {
    const sim = await simulate({ panel: RECEPTION });
    await expect(sim.event({ type: "fault" }, 1000)).rejects.toThrow(
      "no event with type fault within 1 s; nothing was reported",
    );
    await expect(sim.phoneIs("101", "ringing", 1000)).rejects.toThrow(
      "phone 101 is not ringing within 1 s; all phones are idle",
    );
    await expect(sim.buzzes(true, 1000)).rejects.toThrow("the buzzer is silent after 1 s");
    sim.press("1");
    await expect(sim.noEvent({ outcome: "done" }, 1000)).rejects.toThrow("an event that was not to come: type dial");
  });

  test("of a deed that cannot be done", async () => {
    const sim = await simulate({ panel: RECEPTION });
    await expect(sim.call("999", "101")).rejects.toThrow(
      "there is no phone 999; the phones are 102, 101, 103, 104, 201",
    );
    await expect(sim.answer("101")).rejects.toThrow("phone 101 is not ringing within 5 s; all phones are idle");
    expect(() => sim.press("99")).toThrow("there is no key 99");
    await expect(sim.fault("fire", true)).rejects.toThrow(
      "there is no fault fire; the faults are lose-notify, delay-notify",
    );
  });

  test("of settings", async () => {
    await expect(simulate({ panel: "board-configs/boards/pi-12.yaml" })).rejects.toThrow(
      /cannot be simulated:\n.*pi-12\.yaml:\d+:\d+: /,
    );
    await expect(simulate({ at: "soon" })).rejects.toThrow("not soon but a local time such as 2026-03-02T09:00");
  });
});
