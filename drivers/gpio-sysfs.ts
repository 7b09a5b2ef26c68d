import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import type { Gpio } from "onoff";
import type { Wiring } from "../firmware/domain/wiring.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import { type Chip, checkLines, chosenChip, titleOf } from "./chip.ts";
import type { GpioInterface, GpioLines, LinesWanted } from "./gpio-lines.ts";
import { loadPackage } from "./gpio-package.ts";
import { permissionTrouble } from "./gpio-permission.ts";
import { refusal, shortcomings } from "./gpio-sysfs-limits.ts";
import { SysfsLines } from "./gpio-sysfs-lines.ts";
import { codeOf, GpioTrouble, textOf } from "./gpio-trouble.ts";

const CLASS = "/sys/class/gpio";
/** Who holds which line; only root may read it. */
const HOLDERS = "/sys/kernel/debug/gpio";

interface SysfsChip extends Chip {
  /** The number of its first line among all lines. */
  readonly base: number;
}

type Make = typeof Gpio;

/** The kernel's GPIO by the files under /sys/class/gpio, one line at a time: for kernels that have nothing better. */
export class Sysfs implements GpioInterface {
  readonly name = "sysfs";
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async take({ chips, wiring, outputs, listener }: LinesWanted): Promise<GpioLines> {
    if (!existsSync(CLASS)) throw new GpioTrouble("interface", `the kernel has no ${CLASS}`);
    const refused = refusal(wiring);
    if (refused !== undefined) throw new GpioTrouble("board", refused);
    const { Gpio } = await loadPackage("onoff", () => import("onoff"));
    const chip = chosenChip(chips, chipsHere());
    checkLines(wiring, chip);
    checkAccess();
    const taken = new Map<number, Gpio>();
    const before = exported(wiring, chip);
    try {
      // First, so that where they are not to be had no lamp is touched.
      for (const { bit } of wiring.inputs) taken.set(bit, takeLine(Gpio, chip, bit, "in"));
      for (const { bit, activeLow } of wiring.outputs) {
        const high = ((outputs >>> bit) & 1) === (activeLow ? 0 : 1);
        taken.set(bit, takeLine(Gpio, chip, bit, high ? "high" : "low"));
      }
    } catch (trouble) {
      for (const line of taken.values()) line.unexport();
      throw trouble;
    }
    const where = `${titleOf(chip)} by sysfs`;
    const short = [...shortcomings(wiring), ...before];
    return new SysfsLines({ where, shortcomings: short, wiring, lines: taken, listener, clock: this.#clock });
  }
}

function chipsHere(): readonly SysfsChip[] {
  return readdirSync(CLASS)
    .filter((name) => /^gpiochip\d+$/.test(name))
    .flatMap((name) => {
      const path = join(CLASS, name);
      const value = (file: string): string => readFileSync(join(path, file), "utf8").trim();
      try {
        const [base, lines] = [Number(value("base")), Number(value("ngpio"))];
        return { path, label: value("label"), device: deviceOf(path), lines, base };
      } catch {
        return []; // It goes away while it is looked at.
      }
    });
}

function deviceOf(path: string): string | undefined {
  try {
    return basename(readlinkSync(join(path, "device")));
  } catch {
    return undefined;
  }
}

/** @throws GpioTrouble: onoff would try ten thousand times */
function checkAccess(): void {
  const path = join(CLASS, "export");
  try {
    closeSync(openSync(path, "w"));
  } catch (error) {
    throw permissionTrouble(path, error);
  }
}

/** Lines stay exported when their program is killed; nobody can tell that from one that still lives. */
function exported({ outputs, inputs }: Wiring, chip: SysfsChip): readonly string[] {
  const bits = [...outputs, ...inputs].map(({ bit }) => bit).filter((bit) => existsSync(fileOf(chip, bit)));
  if (bits.length === 0) return [];
  return [
    `bits ${bits.join(", ")} of ${chip.label} were exported already, by a blfd that was killed or by another program`,
  ];
}

const fileOf = ({ base }: SysfsChip, bit: number): string => join(CLASS, `gpio${base + bit}`);

function takeLine(Make: Make, chip: SysfsChip, bit: number, direction: "high" | "low" | "in"): Gpio {
  try {
    return new Make(chip.base + bit, direction, "both");
  } catch (error) {
    throw explained(chip, bit, error);
  }
}

function explained(chip: SysfsChip, bit: number, error: unknown): GpioTrouble {
  const title = titleOf(chip);
  switch (codeOf(error)) {
    case "EBUSY": {
      const holder = holderOf(chip.base + bit) ?? `something that ${HOLDERS} tells root`;
      const text = `${title}: bit ${bit} is taken by ${holder}; end what holds it, or use another bit`;
      return new GpioTrouble("chip", text, error);
    }
    case "EACCES":
    case "EPERM":
      return permissionTrouble(fileOf(chip, bit), error);
    case "ENOENT": {
      // What is exported, but has no file for edges.
      const mend = "wire its interrupt output, and name that in the device tree (overlay)";
      return new GpioTrouble("chip", `${title} tells no edges, so it cannot take buttons; ${mend}`, error);
    }
    default:
      return new GpioTrouble("chip", `${title} does not give bit ${bit}: ${textOf(error)}`, error);
  }
}

function holderOf(number: number): string | undefined {
  try {
    const [, consumer] =
      new RegExp(`gpio-${number} +\\((?:[^|)]*\\|)?([^)]*)\\)`).exec(readFileSync(HOLDERS, "utf8")) ?? [];
    return consumer?.trim() || undefined;
  } catch {
    return undefined;
  }
}
