import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

const CONFIG = "/sys/kernel/config/gpio-sim";
const DEVICES = "/sys/devices/platform";
const PERSIST = "/sys/module/gpio_sim/parameters/persist";

/** The controllers behind the 40-pin header, as a Pi 4 and a Pi 5 have them. */
export const PI_4 = { label: "pinctrl-bcm2711", lines: 58 } as const;
export const PI_5 = { label: "pinctrl-rp1", lines: 54 } as const;

export interface SimChipSpec {
  readonly label: string;
  readonly lines: number;
}

/** A chip of the kernel's gpio-sim: what is wired to its lines. Everything is done when a call returns. */
export class SimChip {
  readonly #folder: string;
  /** Where the lines are, while the chip is plugged. */
  #lines = "";
  /** Open files, so that an edge takes one system call. */
  readonly #pulls = new Map<number, number>();

  /** @param name no other chip has it at the time */
  constructor(name: string, spec: SimChipSpec) {
    this.#folder = join(CONFIG, name);
    mkdirSync(this.#folder);
    mkdirSync(join(this.#folder, "bank0"));
    this.#write("bank0/label", spec.label);
    this.#write("bank0/num_lines", String(spec.lines));
    this.plug();
  }

  /** Whether lines keep their level when they are released; of all chips. */
  static persist(on: boolean): void {
    writeFileSync(PERSIST, on ? "Y" : "N");
  }

  get plugged(): boolean {
    return this.#lines !== "";
  }

  /** Its character device. */
  get device(): string {
    return `/dev/${this.#read("bank0/chip_name")}`;
  }

  /** The device that it is. */
  get deviceName(): string {
    return this.#read("dev_name");
  }

  /** As a program does it that is then killed. */
  exportLine(line: number): void {
    const [base = ""] = readdirSync("/sys/class/gpio").filter((name) => /^gpiochip\d+$/.test(name));
    writeFileSync("/sys/class/gpio/export", String(Number(base.slice("gpiochip".length)) + line));
  }

  /** Every line is pulled down afterwards. */
  plug(): void {
    if (this.plugged) return;
    this.#write("live", "1");
    this.#lines = join(DEVICES, this.#read("dev_name"), this.#read("bank0/chip_name"));
  }

  unplug(): void {
    if (!this.plugged) return;
    for (const file of this.#pulls.values()) closeSync(file);
    this.#pulls.clear();
    this.#write("live", "0");
    this.#lines = "";
  }

  /** The voltage. */
  high(line: number): boolean {
    return readFileSync(join(this.#lines, `sim_gpio${line}`, "value"), "latin1").startsWith("1");
  }

  /** What the resistor at it does. */
  pulledUp(line: number): boolean {
    return readFileSync(this.#pull(line), "latin1").startsWith("pull-up");
  }

  /** Moves an input, as a contact would. */
  pull(line: number, up: boolean): void {
    let file = this.#pulls.get(line);
    if (file === undefined) {
      file = openSync(this.#pull(line), "w");
      this.#pulls.set(line, file);
    }
    writeSync(file, up ? "pull-up" : "pull-down", 0);
  }

  remove(): void {
    this.unplug();
    if (!existsSync(this.#folder)) return;
    rmdirSync(join(this.#folder, "bank0"));
    rmdirSync(this.#folder);
  }

  #pull(line: number): string {
    return join(this.#lines, `sim_gpio${line}`, "pull");
  }

  #read(file: string): string {
    return readFileSync(join(this.#folder, file), "latin1").trim();
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.#folder, file), text);
  }
}
