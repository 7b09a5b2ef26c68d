import { readFileSync, writeSync } from "node:fs";
import { gpioBank } from "../../../drivers/gpio-interface.ts";
import { SystemClock } from "../../../drivers/system-clock.ts";
import type { GpioInterfaceName } from "../../../firmware/domain/board.ts";
import type { Bank } from "../../../firmware/hal/bank.ts";
import { silentLog } from "../../recording-log.ts";

/** Runs on the Pi: lights LEDs on its header by each interface, and says what the kernel then says of their lines. */

const LIT_LOW = 18;
const LEDS = [17, LIT_LOW, 27];

async function hold(by: GpioInterfaceName): Promise<Bank> {
  const bank = gpioBank(
    {
      name: "header",
      chips: ["pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"],
      wiring: {
        outputs: LEDS.map((bit) => ({ bit, activeLow: bit === LIT_LOW, openDrain: false })),
        inputs: [{ bit: 4, activeLow: true, pull: "up", kernelDebounce: 0 }],
      },
      clock: new SystemClock(),
      log: silentLog,
    },
    by,
  );
  bank.onState((state, why) => say(by, state, why?.message ?? ""));
  await bank.start();
  return bank;
}

/** Who holds what, and its level: `gpio-529 (GPIO17 |blfd ) out hi`. */
function held(): string {
  const holders = readFileSync("/sys/kernel/debug/gpio", "utf8");
  return [...holders.matchAll(/\(GPIO(\d+) *\|(\S+) *\) out (hi|lo)/g)]
    .map(([, line, who, level]) => `${line} ${who} ${level}`)
    .join(", ");
}

/** At once, for one that is killed. */
function say(...words: readonly string[]): void {
  writeSync(1, `PROBE ${words.join(" ").trim()}\n`);
}

if (process.argv[2] === "killed") {
  const bank = await hold("chardev");
  bank.write(1 << 17, 1 << 17);
  process.kill(process.pid, "SIGKILL");
}
for (const by of ["chardev", "sysfs"] as const) {
  const bank = await hold(by);
  for (const lit of [17, LIT_LOW, 27]) {
    bank.write(0xffffffff, 1 << lit);
    say(by, `lit ${lit}:`, held());
  }
  await bank.halt();
  say(by, "halted:", held());
}
process.exit();
