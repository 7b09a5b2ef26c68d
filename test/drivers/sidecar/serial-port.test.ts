import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bus } from "../../../drivers/sidecar/bus.ts";
import { PortImpossible } from "../../../drivers/sidecar/port.ts";
import { forbidden, type LoadSerial, serialPorts } from "../../../drivers/sidecar/serial-port.ts";
import { Sidecar } from "../../../drivers/sidecar/sidecar.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { numbered } from "./rig.ts";

const NOT_HERE: LoadSerial = () => Promise.reject(Object.assign(new Error("no"), { code: "ERR_MODULE_NOT_FOUND" }));
/** For what is told before anything is opened. */
const UNUSED: LoadSerial = async () => ({ SerialPort: undefined as never });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "blfd-port-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("opening a serial port", () => {
  it("without the package is for good, and says how to get it", async () => {
    const opening = serialPorts(NOT_HERE)("/dev/ttyUSB0", 115200);
    await expect(opening).rejects.toThrow(PortImpossible);
    await expect(opening).rejects.toThrow(/^sidecars need the package serialport, .* run: npm install serialport@/);
  });

  it("ends the start of a sidecar then", async () => {
    const clock = new ManualClock();
    const bus = new Bus({ path: "/dev/ttyUSB0", baud: 115200, open: serialPorts(NOT_HERE), clock });
    const sidecar = new Sidecar({ name: "desk", id: 0, keys: numbered(1), bus, clock });
    await expect(sidecar.start()).rejects.toThrow(/package serialport/);
    await sidecar.halt();
    expect(clock.pending).toBe(0);
  });

  it("that is not there says what there is", async () => {
    const path = join(folder, "usb-none");
    await expect(serialPorts(UNUSED)(path, 115200)).rejects.toThrow(
      new RegExp(`^there is no ${path}; (?:in /dev/serial/by-id there is |no serial adapter is plugged in by USB )`),
    );
  });

  it("that is a file says so", async () => {
    const path = join(folder, "file");
    writeFileSync(path, "");
    await expect(serialPorts(UNUSED)(path, 115200)).rejects.toThrow(`${path} is not a serial port; name another one`);
  });

  it("that is forbidden names the group that may", () => {
    expect(forbidden("/dev/ttyUSB0", "dialout")).toBe(
      "no permission for /dev/ttyUSB0; add the user that runs blfd to the group dialout (usermod -aG dialout USER), and start blfd anew",
    );
  });
});
