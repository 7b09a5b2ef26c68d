import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gpioBank } from "../../../../drivers/gpio-interface.ts";
import { SystemClock } from "../../../../drivers/system-clock.ts";
import { simBank } from "../../../../sim/bank.ts";
import { FileBank } from "../../../../sim/file-bank.ts";
import { bankContract, WIRING } from "../../../contract/bank.ts";
import { FileBankBack } from "../../../file-bank-back.ts";
import { silentLog } from "../../../recording-log.ts";
import { ChipBack } from "./chip-back.ts";
import { PI_4, PI_5 } from "./sim-chip.ts";

// Beside the real ones, those that stand in for them.
bankContract("sim", () => {
  const clock = new SystemClock();
  return { clock, ...simBank({ name: "sim", width: 32, clock }) };
});

bankContract("files", () => {
  const clock = new SystemClock();
  const directory = join(mkdtempSync(join(tmpdir(), "blfd-bits-")), "bits");
  const back = new FileBankBack(directory);
  back.plug();
  return { clock, back, bank: new FileBank({ name: "files", width: 32, directory, clock }) };
});

for (const by of ["chardev", "sysfs"] as const) {
  for (const [pi, chip] of [
    [4, PI_4],
    [5, PI_5],
  ] as const) {
    bankContract(`${by} ${pi}`, () => {
      const clock = new SystemClock();
      const back = new ChipBack("contract", chip, WIRING);
      const options = { name: "bank", chips: [PI_5.label, PI_4.label], wiring: WIRING, clock, log: silentLog };
      return { bank: gpioBank(options, by), back, clock, dispose: () => back.chip.remove() };
    });
  }
}
