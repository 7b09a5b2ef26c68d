import * as z from "zod";
import { type BankSpec, type Board, type BoardKey, EXTRA_LAMPS, type ExtraLamp, type Led } from "../domain/board.ts";
import { COLOURS } from "../domain/lamp.ts";
import { duration, isClean, oneOf, orList, section, shortName, text, title, wanting, whole } from "./fields.ts";
import { beside } from "./files.ts";

const keyName = shortName("the name of a key, such as 1");
const bankName = shortName("the name of a bank");
const chipLabel = text(wanting("a chip's label, such as pinctrl-rp1; gpiodetect shows it"), /^\S+$/);
const active = (level: "high" | "low") => oneOf(["high", "low"]).default(level);

/** Said here, since brightness is a word that somebody may well try. */
const undimmed = z.never({ error: "a bit is on or off; only a sidecar can be dimmed, so take it out" }).optional();

const gpio = section(
  {
    driver: z.literal("gpio"),
    chip: z
      .union(
        [
          chipLabel,
          z
            .array(chipLabel, { error: wanting("a list of chip labels") })
            .min(1, { error: wanting("a list of chip labels") }),
        ],
        {
          error: wanting("a chip's label, such as pinctrl-rp1, or a list of alternatives"),
        },
      )
      .describe(
        "The chip's label, the name of its device (1-0020, where two chips share a label) or its path; never a number, which moves between kernels. A list names alternatives",
      ),
    interface: oneOf(["auto", "chardev", "sysfs"])
      .default("auto")
      .describe("How to reach the chip: its character device, /sys/class/gpio, or the first that is there"),
    brightness: undimmed,
  },
  wanting("a map such as { driver: gpio, chip: pinctrl-rp1 }"),
);

const BAUDS = [9600, 19_200, 38_400, 57_600, 115_200, 230_400] as const;

const sidecar = section(
  {
    driver: z.literal("sidecar"),
    port: text(wanting("the path of a serial port, such as /dev/serial/by-id/…"), /^\/\S+$/),
    baud: z
      .literal(BAUDS, { error: wanting(`one of ${orList(BAUDS.map(String))}`) })
      .default(115_200)
      .describe("The module's; both ends have to be the same"),
    module: whole(0, 99)
      .default(0)
      .describe("The module's id where several share the port (RS-485); 0 for one that has it for itself"),
    brightness: whole(1, 100)
      .optional()
      .describe("How bright its lit lamps are, in percent, where the module can be dimmed; by default as it likes"),
  },
  wanting("a map such as { driver: sidecar, port: /dev/serial/by-id/… }"),
);

const sim = section(
  {
    driver: z.literal("sim"),
    width: whole(1, 32).describe("Number of bits"),
    directory: text(wanting("the path of a folder for the bits"), /^\S(?:.*\S)?$/)
      .optional()
      .describe(
        "A folder with the bits as files, for another process to see and press; else they are inside blfd alone",
      ),
    brightness: undimmed,
  },
  wanting("a map such as { driver: sim, width: 16 }"),
);

const bank = z.discriminatedUnion("driver", [gpio, sidecar, sim], {
  error: ({ code, input }) =>
    code === "invalid_union"
      ? wanting("gpio, sidecar or sim")({ input: driverOf(input) })
      : wanting("a map such as { driver: sim, width: 16 }")({ input }),
});

function driverOf(input: unknown): unknown {
  return typeof input === "object" && input !== null && "driver" in input ? input.driver : undefined;
}

const place = {
  bank: bankName.optional().describe("May be left out where the board has one bank"),
  bit: whole(0, 31).describe("0…31; on a GPIO chip, the line's offset"),
};

const drive = oneOf(["push-pull", "open-drain"])
  .default("push-pull")
  .describe("open-drain: pulled low or left open, never driven high");

const led = section(
  {
    ...place,
    active: oneOf(["high", "low"]).optional().describe("The level that lights it; high, but for a common anode"),
    drive,
  },
  wanting("a map such as { bank: lamps, bit: 0 }"),
).optional();

const leds = section(
  {
    common: oneOf(["anode", "cathode"])
      .optional()
      .describe(
        "What its LEDs share, where they are one part: an anode at the supply is lit by low, a cathode by high",
      ),
    red: led,
    green: led,
    amber: led,
    blue: led,
    white: led,
  },
  wanting("LEDs by colour, such as { red: { bit: 0 } }"),
).describe("Its LEDs by colour");

/** A map that names no colour lights nothing. */
const hasLed = (leds: Readonly<Record<string, unknown>>): boolean => COLOURS.some((colour) => colour in leds);

const buzzer = section(
  { ...place, active: active("high").describe("The level at which it sounds"), drive },
  wanting("a map such as { bank: lamps, bit: 0 }"),
);

const button = section(
  {
    ...place,
    active: active("low").describe("The level while it is pressed"),
    pull: oneOf(["up", "down", "none"]).default("up").describe("The chip's own resistor"),
    debounce: duration("0ms", "1s")
      .prefault("20ms")
      .describe("Quiet time after an edge that counted; the edge itself acts at once"),
    debounceIn: oneOf(["blfd", "kernel"])
      .default("blfd")
      .describe(
        "kernel: the kernel tells an edge after that much quiet, so that a press acts later, and never for a spike",
      ),
  },
  wanting("a map such as { bank: buttons, bit: 0 }"),
);

const key = section(
  {
    leds: leds
      .refine(hasLed, {
        error: "a key without a lamp; give it an LED, such as { red: { bit: 0 } }",
        when: isClean,
      })
      .optional()
      .describe("The key's LEDs by colour, unless it is a sidecar's"),
    button: button.optional().describe("Without it, the key is a lamp only"),
    bank: bankName.optional().describe("The sidecar, with key. May be left out where the board has one bank"),
    key: whole(1, 64).optional().describe("The key's number on its sidecar; lamp and button are there, too"),
  },
  wanting("a map such as { leds: { red: { bit: 0 } }, button: { bit: 1 } }, or { bank: left, key: 1 } on a sidecar"),
)
  .refine(({ leds, key }) => leds !== undefined || key !== undefined, {
    path: ["leds"],
    error: "missing; write LEDs by colour, such as { red: { bit: 0 } }, or key: 1 for a key of a sidecar",
  })
  .refine(({ leds, button, key }) => key === undefined || (leds === undefined && button === undefined), {
    path: ["key"],
    error: "a key of a sidecar has its lamp and its button there; take leds and button out, or key",
  })
  .refine(({ bank, key }) => key !== undefined || bank === undefined, {
    path: ["bank"],
    error: "stands here with key only, for a sidecar; write it with each LED and button",
  });

const lamp = section(
  {
    leds: leds.refine(hasLed, {
      error: "a lamp without an LED; give it one, such as { green: { bit: 0 } }",
      when: isClean,
    }),
  },
  wanting("a map such as { leds: { green: { bit: 0 } } }"),
).optional();

/** What is soldered where, as a person writes it. */
export const boardFile = section(
  {
    title,
    grid: z
      .array(
        z
          .array(keyName.nullable(), { error: wanting("a row of keys, such as [1, 2, 3]") })
          .min(1, { error: wanting("a row of keys, such as [1, 2, 3]") }),
        { error: wanting("rows of keys, such as [[1, 2], [3, 4]]") },
      )
      .min(1, { error: wanting("rows of keys, such as [[1, 2], [3, 4]]") })
      .describe("The panel as one looks at it, row by row; ~ is a gap"),
    banks: z
      .record(bankName, bank, { error: wanting("a map of banks, such as lamps: { driver: sim, width: 16 }") })
      .refine((banks) => Object.keys(banks).length > 0, {
        error: "no bank is named; write one, such as lamps: { driver: sim, width: 16 }",
        when: isClean,
      })
      .describe("Up to 32 bits behind one handle, or a sidecar"),
    keys: z
      .record(keyName, key, { error: wanting("a map of keys, such as 1: { leds: { red: { bit: 0 } } }") })
      .refine((keys) => Object.keys(keys).length > 0, {
        error: "no key is named; write one, such as 1: { leds: { red: { bit: 0 } } }",
        when: isClean,
      }),
    lamps: section(
      { zone: lamp, alive: lamp },
      wanting("a map of lamps, such as alive: { leds: { green: { bit: 0 } } }"),
    )
      .optional()
      .describe(
        "Lamps on no key. zone: over a door or corridor; alive: beats while blfd, its modules and the PBX are well",
      ),
    buzzer: buzzer
      .optional()
      .describe("One that sounds by itself while its bit is on; alerts in the settings says when that is"),
  },
  wanting("a map with title, grid, banks and keys"),
);

export type BoardFile = z.output<typeof boardFile>;

/** What the second pass can work with: any of it may be missing. */
export const boardParts = boardFile.partial();

export type BoardParts = z.output<typeof boardParts>;
type BitPlace = { bank?: string | undefined; bit: number; active: "high" | "low" };
type OutputPlace = BitPlace & { drive: "push-pull" | "open-drain" };
type LedsPlace = NonNullable<BoardFile["keys"][string]["leds"]>;

/** The checked file as the rest of the house knows it; its paths are relative to `folder`. */
export function toBoard(name: string, file: BoardFile, folder: string): Board {
  const banks = Object.entries(file.banks).map(([bankName, spec]) => toBank(bankName, spec, folder));
  const only = banks[0]?.name ?? "";
  const bitRef = ({ bank, bit, active }: BitPlace) => ({ bank: bank ?? only, bit, activeLow: active === "low" });
  const outputRef = (output: OutputPlace) => ({
    ...bitRef(output),
    ...(output.drive === "open-drain" && { openDrain: true }),
  });
  const toLeds = (leds: LedsPlace) =>
    COLOURS.flatMap((colour): Led[] => {
      const at = leds[colour];
      if (at === undefined) return [];
      const { active = leds.common === "anode" ? "low" : "high" } = at;
      return [{ ...outputRef({ ...at, active }), colour }];
    });

  const places = new Map(file.grid.flatMap((names, row) => names.map((id, column) => [id, { column, row }] as const)));
  const keys = Object.entries(file.keys).map(([id, spec]): BoardKey => {
    const { column, row } = places.get(id) ?? { column: 0, row: 0 };
    if (spec.key !== undefined) {
      return { id, leds: [], sidecar: { bank: spec.bank ?? only, number: spec.key }, column, row };
    }
    const leds = toLeds(spec.leds ?? {});
    if (spec.button === undefined) return { id, leds, column, row };
    const { pull, debounce, debounceIn } = spec.button;
    const debounced = debounceIn === "blfd" ? { debounce } : { debounce: 0, kernelDebounce: debounce };
    return { id, leds, button: { ...bitRef(spec.button), pull, ...debounced }, column, row };
  });
  const lamps = EXTRA_LAMPS.flatMap((id): ExtraLamp[] => {
    const lamp = file.lamps?.[id];
    return lamp === undefined ? [] : [{ id, leds: toLeds(lamp.leds) }];
  });
  const columns = Math.max(...file.grid.map((row) => row.length));
  return {
    name,
    title: file.title,
    columns,
    rows: file.grid.length,
    banks,
    keys,
    ...(lamps.length > 0 && { lamps }),
    ...(file.buzzer && { buzzer: outputRef(file.buzzer) }),
  };
}

function toBank(name: string, spec: BoardFile["banks"][string], folder: string): BankSpec {
  switch (spec.driver) {
    case "gpio":
      return { name, driver: "gpio", chip: [spec.chip].flat(), interface: spec.interface };
    case "sidecar": {
      const { port, baud, module, brightness } = spec;
      return { name, driver: "sidecar", port, baud, module, ...(brightness !== undefined && { brightness }) };
    }
    case "sim": {
      const directory = spec.directory === undefined ? {} : { directory: beside(folder, spec.directory) };
      return { name, driver: "sim", width: spec.width, ...directory };
    }
  }
}
