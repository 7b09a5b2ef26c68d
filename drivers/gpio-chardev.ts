import { closeSync, openSync, readdirSync, readlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Wiring } from "../firmware/domain/wiring.ts";
import { type Chip, checkLines, chosenChip, titleOf } from "./chip.ts";
import { ChardevLines } from "./gpio-chardev-lines.ts";
import { type Kernel, loadKernel } from "./gpio-kernel.ts";
import { CONSUMER, type GpioInterface, type GpioLines, type LinesWanted } from "./gpio-lines.ts";
import { permissionTrouble } from "./gpio-permission.ts";
import { codeOf, GpioTrouble, textOf } from "./gpio-trouble.ts";
import {
  chipInfo,
  decodeChipInfo,
  decodeLineInfo,
  encodeLineRequest,
  IOCTL,
  inputConfig,
  type LineConfig,
  lineFile,
  lineInfo,
  MOST_ATTRIBUTES,
  outputConfig,
} from "./gpio-uapi.ts";

const DEVICES = "/dev";
const BUS = "/sys/bus/gpio/devices";

interface OpenChip extends Chip {
  readonly file: number;
}

/** The kernel's GPIO by its character device: all outputs by one request, all inputs by another. */
export class Chardev implements GpioInterface {
  readonly name = "chardev";

  async take({ chips, wiring, outputs, listener }: LinesWanted): Promise<GpioLines> {
    const kernel = await loadKernel();
    const open: OpenChip[] = [];
    try {
      const refused = openChips(kernel, open);
      const chip = chosen(chips, open, refused);
      checkLines(wiring, chip);
      const taken = takeLines(kernel, chip, wiring, outputs);
      return new ChardevLines({ kernel, wiring, listener, where: `${titleOf(chip)} by chardev`, ...taken });
    } finally {
      for (const { file } of open) closeSync(file);
    }
  }
}

/**
 * Opens all chips that may be opened, and returns why others may not.
 * @throws GpioTrouble where there is none
 */
function openChips(kernel: Kernel, open: OpenChip[]): GpioTrouble | undefined {
  const paths = readdirSync(DEVICES)
    .filter((name) => /^gpiochip\d+$/.test(name))
    .map((name) => join(DEVICES, name));
  if (paths.length === 0) throw new GpioTrouble("interface", `there is no ${DEVICES}/gpiochip0 or any other`);
  let refused: GpioTrouble | undefined;
  for (const path of paths) {
    try {
      open.push(openChip(kernel, path));
    } catch (error) {
      const code = codeOf(error);
      if (code === "EACCES" || code === "EPERM") refused ??= permissionTrouble(path, error);
      // A chip that goes away while it is looked at is not there.
      else if (code !== "ENOENT" && code !== "ENODEV" && code !== "ENXIO") {
        throw new GpioTrouble("chip", `cannot open ${path}: ${textOf(error)}`, error);
      }
    }
  }
  return refused;
}

/** The chip that is missing may be one that this user may not open. */
function chosen(names: readonly string[], open: readonly OpenChip[], refused: GpioTrouble | undefined): OpenChip {
  try {
    return chosenChip(names, open);
  } catch (trouble) {
    throw refused ?? trouble;
  }
}

function openChip(kernel: Kernel, path: string): OpenChip {
  const file = openSync(path, "r+");
  try {
    const info = chipInfo();
    kernel.ioctl(file, IOCTL.chipInfo, info);
    return { path, file, device: deviceOf(path), ...decodeChipInfo(info) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The name of the folder that the chip lies in, among all devices: …/i2c-1/1-0020/gpiochip2. */
function deviceOf(path: string): string | undefined {
  try {
    return basename(dirname(readlinkSync(join(BUS, basename(path)))));
  } catch {
    return undefined;
  }
}

interface Taken {
  /** Of the request; undefined where the wiring has none. */
  readonly outputFile: number | undefined;
  readonly inputFile: number | undefined;
}

/** Both or none; inputs first, so that where they are not to be had no lamp is touched. */
function takeLines(kernel: Kernel, chip: OpenChip, { outputs, inputs }: Wiring, lit: number): Taken {
  const values = outputs.reduce((places, { bit }, place) => places + ((lit >>> bit) & 1) * 2 ** place, 0);
  const inputFile = inputs.length === 0 ? undefined : request(kernel, chip, inputConfig(inputs));
  try {
    return {
      inputFile,
      outputFile: outputs.length === 0 ? undefined : request(kernel, chip, outputConfig(outputs, values)),
    };
  } catch (trouble) {
    if (inputFile !== undefined) closeSync(inputFile);
    throw trouble;
  }
}

function request(kernel: Kernel, chip: OpenChip, config: LineConfig): number {
  if (config.attributes.length > MOST_ATTRIBUTES) {
    const text = `the kernel takes ${MOST_ATTRIBUTES} kinds of bits at once, and there are ${config.attributes.length}`;
    throw new GpioTrouble("board", `${text}; give more of them the same debounce, pull and active level`);
  }
  const encoded = encodeLineRequest(config, CONSUMER);
  try {
    kernel.ioctl(chip.file, IOCTL.line, encoded);
  } catch (error) {
    throw explained(kernel, chip, config, error);
  }
  return lineFile(encoded);
}

function explained(kernel: Kernel, chip: OpenChip, { offsets }: LineConfig, error: unknown): GpioTrouble {
  const title = titleOf(chip);
  const code = codeOf(error);
  if (code === "EBUSY") {
    const holders = offsets.flatMap((offset) => holderOf(kernel, chip, offset) ?? []).join(", ") || "a bit is taken";
    return new GpioTrouble("chip", `${title}: ${holders}; end what holds it, or use another bit`, error);
  }
  if (code === "EINVAL" && !knowsVersion2(kernel, chip)) {
    const text = "the kernel is older than 5.10, and does not know version 2 of the GPIO uAPI";
    return new GpioTrouble("interface", text, error);
  }
  if ((code === "ENODEV" || code === "ENXIO") && knowsVersion2(kernel, chip)) {
    const mend = "wire its interrupt output, and name that in the device tree (overlay)";
    return new GpioTrouble("chip", `${title} tells no edges, so it cannot take buttons; ${mend}`, error);
  }
  return new GpioTrouble("chip", `${title} does not give bits ${offsets.join(", ")}: ${textOf(error)}`, error);
}

function holderOf(kernel: Kernel, chip: OpenChip, offset: number): string | undefined {
  const info = lineInfo(offset);
  kernel.ioctl(chip.file, IOCTL.lineInfo, info);
  const { used, consumer } = decodeLineInfo(info);
  if (!used) return undefined;
  return `bit ${offset} is taken by ${consumer === "" ? "the kernel" : consumer}`;
}

/** And is still there. */
function knowsVersion2(kernel: Kernel, chip: OpenChip): boolean {
  try {
    kernel.ioctl(chip.file, IOCTL.lineInfo, lineInfo(0));
    return true;
  } catch {
    return false;
  }
}
