import { rmSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { HeldBank, input, output } from "./held-bank.ts";
import { PI_4, PI_5, SimChip } from "./sim-chip.ts";

const WIRING = { outputs: [output(17)], inputs: [input(27)] };
const SOON = { timeout: 30_000, interval: 5 };
const NOBODY = 65534;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

type Way = "chardev" | "sysfs" | "auto";

function made(by: Way, wiring = WIRING, chips?: readonly string[]): HeldBank {
  const held = new HeldBank(PI_4, wiring, by, chips);
  undo.push(() => held.end());
  return held;
}

/** The one sentence that it says instead of "up". */
async function refused(held: HeldBank): Promise<string> {
  await held.bank.start();
  expect(held.states).toHaveLength(1);
  return held.states[0] ?? "";
}

describe.each(["chardev", "sysfs"] as const)("%s, in one clear sentence:", (by) => {
  test("a chip that is not there, with those that are", async () => {
    const other = new SimChip("other", PI_5);
    undo.push(() => other.remove());
    const why = await refused(made(by, WIRING, ["pinctrl-bcm2835", "pinctrl-bcm2712"]));
    expect(why).toMatch(/^absent: no chip is called pinctrl-bcm2835 or pinctrl-bcm2712; there is /);
    expect(why).toMatch(/pinctrl-bcm2711 \(\/\S+, device gpio-sim\.\d+, 58 lines\)/);
    expect(why).toMatch(/pinctrl-rp1 \(\/\S+, device gpio-sim\.\d+, 54 lines\)/);
  });

  test("a label that two chips have; and the name of the device tells them apart", async () => {
    const twin = new SimChip("twin", PI_4);
    undo.push(() => twin.remove());
    const held = made(by);
    expect(await refused(held)).toMatch(
      /^absent: 2 chips are called pinctrl-bcm2711: .* write the device of the one that is meant$/,
    );
    const told = new HeldBank(held.back, WIRING, by, [twin.deviceName]);
    undo.push(() => told.bank.halt());
    await told.bank.start();
    expect(told.states).toEqual(["up"]);
    told.bank.write(1 << 17, 1 << 17);
    expect(twin.high(17)).toBe(true);
  });

  test("a bit that the chip does not have is a mistake of the board", async () => {
    const chip = new SimChip("small", { label: "small", lines: 16 });
    undo.push(() => chip.remove());
    const held = made(by, WIRING, ["small"]);
    await expect(held.bank.start()).rejects.toThrow(/^small \(\/\S+\) has no bit 17, 27; it has bits 0 to 15$/);
  });

  test("a bit that another program holds, by the name of that; taken as soon as it is free", async () => {
    const first = made("chardev", { outputs: [output(3)], inputs: [input(27)] });
    await first.bank.start();
    const second = new HeldBank(first.back, WIRING, by);
    undo.push(() => second.bank.halt());
    expect(await refused(second)).toMatch(
      /^absent: pinctrl-bcm2711 \(\/\S+\): bit 27 is taken by blfd; end what holds it, or use another bit$/,
    );
    // Nothing was tried on the outputs that are free.
    second.bank.write(1 << 17, 1 << 17);
    expect(first.back.chip.high(17)).toBe(false);
    await first.bank.halt();
    await expect.poll(() => second.states.at(-1), SOON).toBe("up");
    expect(first.back.chip.high(17)).toBe(true);
  });

  test("no permission, and what gives it", async () => {
    const held = made(by);
    process.seteuid?.(NOBODY);
    try {
      const why = await refused(held);
      const file = by === "chardev" ? held.back.chip.device : "/sys/class/gpio/export";
      expect(why).toMatch(
        new RegExp(`^absent: nobody may not use ${file}; give it to a group that nobody is in: write `),
      );
      expect(why).toContain('SUBSYSTEM=="gpio"');
      expect(why).toContain("/etc/udev/rules.d/60-gpio.rules");
    } finally {
      process.seteuid?.(0);
    }
    await expect.poll(() => held.states.at(-1), SOON).toBe("up");
  });
});

test("by sysfs, lines that a killed daemon left are taken over, and that is said", async () => {
  const held = made("sysfs");
  held.back.chip.exportLine(17);
  await held.bank.start();
  expect(held.states).toEqual(["up"]);
  expect(held.log.text).toContain("bits 17 of pinctrl-bcm2711 were exported already, by a blfd that was killed");
});

describe("auto", () => {
  test("takes the character device", async () => {
    const held = made("auto");
    await held.bank.start();
    expect(held.log.text).toMatch(/GPIO lines are held .*by chardev/);
  });

  test("takes sysfs where there is no character device, and says so", async () => {
    const held = made("auto");
    rmSync(held.back.chip.device);
    await held.bank.start();
    expect(held.states).toEqual(["up"]);
    expect(held.log.text).toMatch(/GPIO lines are held .*by sysfs/);
    expect(held.log.text).toContain("chardev is not to be had: there is no /dev/gpiochip");
  });

  test("explains what each of them is missing, and takes what comes later", async () => {
    const held = made("auto");
    held.back.unplug();
    expect(await refused(held)).toBe("absent: no chip is called pinctrl-bcm2711; there is none at all");
    held.back.plug();
    await expect.poll(() => held.states.at(-1), SOON).toBe("up");
    expect(held.log.text).toMatch(/GPIO lines are held .*by chardev/);
  });
});
