import { COLOURS } from "../domain/lamp.ts";
import type { BoardParts } from "./board-file.ts";
import { orList } from "./fields.ts";
import { nameOf, type Path, type Source } from "./source.ts";

/** GPIO controllers behind the 40-pin header of a Raspberry Pi, by their labels in the kernel. */
const RASPBERRY_PI = new Set(["pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"]);

/** A place on a bank: a bit of it, or a key of a sidecar. */
interface Use {
  readonly path: Path;
  readonly bank: string | undefined;
  readonly kind: "bit" | "key";
  readonly number: number;
  /** What only the kernel can do, as it is written. */
  readonly kernelOnly?: string | undefined;
}

/** Second pass over a board: what only shows across its keys and banks. */
export function checkBoard(parts: BoardParts, source: Source): void {
  checkPlaces(parts, source);
  checkSidecars(parts, source);
  checkCommons(parts, source);
  checkLamps(parts, source);
  checkGrid(parts, source);
}

function checkPlaces(parts: BoardParts, source: Source): void {
  const names = source.names(["banks"]);
  const taken = new Map<string, Use>();
  for (const use of usesOf(parts)) {
    if (use.bank === undefined && names.length > 1) {
      source.problemOfKey(use.path, `which bank? write bank: ${orList(names)}`);
      continue;
    }
    const bank = use.bank ?? names[0] ?? "";
    if (names.length > 0 && !names.includes(bank)) {
      source.problem([...use.path, "bank"], `there is no bank ${bank}; write ${orList(names)}`);
      continue;
    }
    const path = [...use.path, use.kind];
    const missing = misplaced(parts, bank, use.kind) ?? missingBit(parts, bank, use.number);
    if (missing !== undefined) source.problem(path, missing);
    const unable = use.kernelOnly === undefined ? undefined : whyUnable(parts, bank, use.kernelOnly);
    if (unable !== undefined) source.problemOfKey(use.path, unable);

    const place = `${use.kind} ${use.number} of bank ${bank}`;
    const first = taken.get(place);
    if (first === undefined) {
      taken.set(place, use);
    } else {
      const whose = `${nameOf(first.path)} already (line ${source.valueAt([...first.path, use.kind]).line})`;
      source.problem(path, `${place} is ${whose}; give each its own`);
    }
  }
}

interface Written {
  readonly bank?: string | undefined;
  readonly bit: number;
  readonly drive?: string;
  readonly debounceIn?: string;
}

type Leds = NonNullable<NonNullable<BoardParts["keys"]>[string]["leds"]>;

/** Every LED, button and sidecar's key in the order of the keys, then the other lamps and the buzzer. */
function usesOf({ keys, lamps, buzzer }: BoardParts): Use[] {
  const uses: Use[] = [];
  const use = (path: Path, at: Written | undefined): void => {
    if (at === undefined) return;
    const { bank, bit, drive, debounceIn } = at;
    const kernelOnly =
      drive === "open-drain" ? "drive: open-drain" : debounceIn === "kernel" ? "debounceIn: kernel" : undefined;
    uses.push({ path, bank, kind: "bit", number: bit, kernelOnly });
  };
  const useAll = (path: Path, leds: Leds | undefined): void => {
    for (const colour of COLOURS) use([...path, colour], leds?.[colour]);
  };
  for (const [id, { leds, button, bank, key }] of Object.entries(keys ?? {})) {
    useAll(["keys", id, "leds"], leds);
    use(["keys", id, "button"], button);
    if (key !== undefined) uses.push({ path: ["keys", id], bank, kind: "key", number: key });
  }
  for (const [id, lamp] of Object.entries(lamps ?? {})) {
    useAll(["lamps", id, "leds"], lamp?.leds);
  }
  use(["buzzer"], buzzer);
  return uses;
}

/** Why this bank has nothing of that kind, if so. */
function misplaced(parts: BoardParts, bank: string, kind: Use["kind"]): string | undefined {
  const driver = parts.banks?.[bank]?.driver;
  if (driver === "sidecar" && kind === "bit") {
    return `bank ${bank} is a sidecar, which has keys and no bits; write the whole key as { bank: ${bank}, key: 1 }`;
  }
  if (driver !== undefined && driver !== "sidecar" && kind === "key") {
    return `bank ${bank} is no sidecar; write leds and button, each with its bit`;
  }
  return undefined;
}

/** Modules that share a port. */
function checkSidecars(parts: BoardParts, source: Source): void {
  const ports = new Map<string, { readonly name: string; readonly baud: number; readonly modules: Set<number> }>();
  for (const [name, spec] of Object.entries(parts.banks ?? {})) {
    if (spec.driver !== "sidecar") continue;
    const { port, baud, module } = spec;
    const first = ports.get(port);
    if (first === undefined) {
      ports.set(port, { name, baud, modules: new Set([module]) });
      continue;
    }
    const path = ["banks", name];
    if (module === 0 || first.modules.has(0)) {
      source.problem([...path, "module"], `shares its port with bank ${first.name}; give each its id, 1 to 99`);
    } else if (first.modules.has(module)) {
      source.problem([...path, "module"], `${module} is on that port already; give each its own id`);
    }
    if (baud !== first.baud) {
      source.problem(
        [...path, "baud"],
        `bank ${first.name} has ${first.baud} on the same port; write the same for both`,
      );
    }
    first.modules.add(module);
  }
}

/** Why this bank has no such bit, if so. */
function missingBit(parts: BoardParts, bank: string, bit: number): string | undefined {
  const spec = parts.banks?.[bank];
  if (spec?.driver === "sim" && bit >= spec.width) {
    return `bank ${bank} has ${spec.width} bits; write one from 0 to ${spec.width - 1}`;
  }
  if (spec?.driver !== "gpio" || ![spec.chip].flat().some((label) => RASPBERRY_PI.has(label))) return undefined;
  if (bit < 2) return `GPIO ${bit} belongs to the EEPROM of a HAT; write one from 2 to 27`;
  if (bit > 27) return `the 40-pin header has no GPIO ${bit}; write one from 2 to 27`;
  return undefined;
}

/** Why the bank cannot do it, if so. */
function whyUnable(parts: BoardParts, bank: string, what: string): string | undefined {
  const spec = parts.banks?.[bank];
  if (spec === undefined || (spec.driver === "gpio" && spec.interface !== "sysfs")) return undefined;
  const who = spec.driver === "gpio" ? "interface sysfs" : `driver ${spec.driver}`;
  return `${who} of bank ${bank} cannot do ${what}; take it out, or use a gpio bank with interface chardev`;
}

/** LEDs in one part are all lit by the same level. */
function checkCommons({ keys, lamps }: BoardParts, source: Source): void {
  const check = (path: Path, leds: Leds | undefined): void => {
    if (leds?.common === undefined) return;
    const [lights, not] = leds.common === "anode" ? (["low", "high"] as const) : (["high", "low"] as const);
    for (const colour of COLOURS) {
      if (leds[colour]?.active !== not) continue;
      const why = `LEDs with a common ${leds.common} are lit by ${lights}, not by ${not}; take active or common out`;
      source.problem([...path, colour, "active"], why);
    }
  };
  for (const [id, { leds }] of Object.entries(keys ?? {})) check(["keys", id, "leds"], leds);
  for (const [id, lamp] of Object.entries(lamps ?? {})) check(["lamps", id, "leds"], lamp?.leds);
}

/** A lamp is known by the key it sits on, or by its own name. */
function checkLamps(parts: BoardParts, source: Source): void {
  const keys = source.names(["keys"]);
  for (const id of Object.keys(parts.lamps ?? {})) {
    if (keys.includes(id)) source.problemOfKey(["lamps", id], `there is a key ${id} as well; give that another name`);
  }
}

function checkGrid(parts: BoardParts, source: Source): void {
  if (parts.grid === undefined) return;
  const keys = source.names(["keys"]);
  const seen = new Set<string>();
  for (const [row, names] of parts.grid.entries()) {
    for (const [column, id] of names.entries()) {
      if (id === null) continue;
      const place = source.valueAt(["grid", row, column]);
      if (!keys.includes(id)) {
        source.findings.problem(place, `grid: there is no key ${id} below keys; add it there, or write ~ for a gap`);
      } else if (seen.has(id)) {
        source.findings.problem(place, `grid: key ${id} stands twice; leave it in one place`);
      }
      seen.add(id);
    }
  }
  for (const id of keys) {
    if (!seen.has(id)) source.problemOfKey(["keys", id], "not in the grid; give it a place there");
  }
}
