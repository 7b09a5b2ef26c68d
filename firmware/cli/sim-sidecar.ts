import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { SystemClock } from "../../drivers/system-clock.ts";
import { PATTERNS } from "../../sim/sidecar/bulb.ts";
import { Cable, MISHAPS } from "../../sim/sidecar/cable.ts";
import { Pty } from "../../sim/sidecar/pty.ts";
import type { Millis } from "../domain/millis.ts";
import { EXIT, type Io } from "./io.ts";

const USAGE = `usage: blfd sim sidecar [--keys N] [--id N] [--cadences LIST] [--dim] [--link PATH]
A simulated sidecar module (board-configs/SIDECAR.md) on a serial port that it makes. Needs socat.
  --keys N         how many keys it has: 1 to 64, default 24
  --id N           0 for a module alone on its line (default), 1 to 99 for one on a bus
  --cadences LIST  what it runs itself, such as flash,slow; "-" for nothing; default everything
  --dim            its LEDs can be dimmed
  --link PATH      a name for the port that stays the same
`;

const COMMANDS = `press N · down N · up N: key N · unplug · plug · reboot · silent on|off · baud on|off (a wrong one)
half · drop · crc: the next message is cut, loses a byte, has a wrong CRC · garbage N: N bytes · quit`;

/** How long a finger stays on a key. */
const TOUCH: Millis = 120;
/** Two changes of light within it are one line. */
const FRAME: Millis = 40;

interface Wanted {
  readonly keys: number;
  readonly id: number;
  readonly cadences: readonly string[] | undefined;
  readonly dim: boolean;
  readonly link: string | undefined;
}

/** `blfd sim sidecar`: until it is told to quit, or a signal ends it. Reads commands, a line each, from standard input. */
export async function simSidecar(args: readonly string[], io: Io): Promise<number> {
  const wanted = wantedIn(args);
  if (wanted === undefined) {
    io.err(USAGE);
    return EXIT.usage;
  }
  const box = new Box(wanted, io);
  try {
    await box.plug();
  } catch (error) {
    io.err(`blfd sim sidecar: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.failed;
  }
  io.out(`${COMMANDS}\n`);
  const lines = createInterface({ input: process.stdin });
  const quit = new Promise<void>((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
    lines.on("line", (line) => {
      if (line.trim() === "quit") resolve();
      else void box.command(line.trim().split(/\s+/));
    });
  });
  await quit;
  lines.close();
  process.stdin.pause();
  await box.unplug();
  return EXIT.good;
}

function wantedIn(args: readonly string[]): Wanted | undefined {
  try {
    const options = {
      keys: { type: "string", default: "24" },
      id: { type: "string", default: "0" },
      cadences: { type: "string" },
      dim: { type: "boolean", default: false },
      link: { type: "string" },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const [keys, id] = [Number(values.keys), Number(values.id)];
    const fits = Number.isInteger(keys) && keys >= 1 && keys <= 64 && Number.isInteger(id) && id >= 0 && id <= 99;
    const cadences = values.cadences === "-" ? [] : values.cadences?.split(",");
    if (!fits || cadences?.some((name) => !PATTERNS.includes(name))) return undefined;
    return { keys, id, cadences, dim: values.dim, link: values.link };
  } catch {
    return undefined;
  }
}

/** The module, its cable and its plug. */
class Box {
  readonly #wanted: Wanted;
  readonly #io: Io;
  readonly #clock = new SystemClock();
  readonly #cable: Cable;
  #pty: Pty | undefined;
  #drawn = "";
  #drawing = false;

  constructor(wanted: Wanted, io: Io) {
    const { keys, id, cadences, dim } = wanted;
    this.#wanted = wanted;
    this.#io = io;
    this.#cable = new Cable({
      keys,
      id,
      ...(cadences && { cadences }),
      dims: dim,
      clock: this.#clock,
      toHost: (bytes) => this.#pty?.write(bytes),
      random: Math.random,
    });
    this.#cable.module.onLight(() => this.#draw());
  }

  async plug(): Promise<void> {
    if (this.#pty !== undefined) return;
    const pty = await Pty.open(this.#wanted.link);
    pty.onBytes((bytes) => this.#cable.fromHost(bytes));
    this.#pty = pty;
    this.#cable.module.powerOn();
    this.#io.out(`plugged in at ${pty.path}\n`);
  }

  async unplug(): Promise<void> {
    const pty = this.#pty;
    this.#pty = undefined;
    this.#cable.module.powerOff();
    await pty?.close();
    this.#io.out("unplugged\n");
  }

  async command([verb = "", what = ""]: readonly string[]): Promise<void> {
    const { module } = this.#cable;
    const key = Number(what);
    const mishap = MISHAPS.find((kind) => kind === verb);
    if (mishap !== undefined) this.#cable.mishap(mishap);
    else if (verb === "unplug") await this.unplug();
    else if (verb === "plug") await this.plug().catch((error: Error) => this.#io.err(`${error.message}\n`));
    else if (verb === "reboot") module.powerOn();
    else if (verb === "silent") this.#cable.silent = what === "on";
    else if (verb === "baud") this.#cable.wrongBaud = what === "on";
    else if (verb === "garbage" && key > 0) this.#cable.garbage(key);
    else if (!(key >= 1 && key <= module.keys)) this.#io.err(`not understood; ${COMMANDS}\n`);
    else if (verb === "down") module.close(key);
    else if (verb === "up") module.open(key);
    else if (verb === "press") {
      module.close(key);
      this.#clock.at(this.#clock.now() + TOUCH, () => module.open(key));
    } else this.#io.err(`not understood; ${COMMANDS}\n`);
  }

  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    this.#clock.at(this.#clock.now() + FRAME, () => {
      this.#drawing = false;
      const { module } = this.#cable;
      const glow = (key: number): string => {
        const lit = module.lit(key);
        return lit.length === 0 ? "·" : lit.length > 1 ? "A" : (lit[0]?.[0] ?? "").toUpperCase();
      };
      const lamps = Array.from({ length: module.keys }, (_, i) => glow(i + 1)).join("");
      const dimmed = module.brightness < 100 ? ` at ${module.brightness} %` : "";
      const line = `${module.hosted ? "lamps" : "no host"} ${lamps}${dimmed}`;
      if (line !== this.#drawn) this.#io.out(`${line}\n`);
      this.#drawn = line;
    });
  }
}
