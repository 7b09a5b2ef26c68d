import { execFile } from "node:child_process";
import { chmod, copyFile, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Program } from "../program.ts";

const run = promisify(execFile);
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** It is played, not run, and this machine does other things as well. */
const WITHIN = 600_000;

const BOARD = `title: One key
grid: [[1]]
banks: { header: { driver: gpio, chip: [pinctrl-rp1, pinctrl-bcm2711, pinctrl-bcm2835] } }
keys: { 1: { leds: { red: { bit: 17 } }, button: { bit: 4 } } }
`;

let folder: string;
let pi: Program;

/** A Raspberry Pi 3 with Debian's kernel, whose GPIO is the pinctrl-bcm2835 that a real one has. */
beforeAll(async () => {
  const place = (await run(path("install.sh"), [])).stdout.trim();
  folder = await mkdtemp(join(tmpdir(), "blfd-pi-"));
  const root = join(folder, "root");
  await cp(join(place, "root"), root, { recursive: true });
  await copyFile(path("init.sh"), join(root, "init"));
  await chmod(join(root, "init"), 0o755);
  const app = join(root, "app");
  await build({
    entryPoints: { probe: path("probe.ts"), blfd: path("../../../firmware/cli/main.ts") },
    outdir: app,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    external: ["koffi", "epoll", "onoff"],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  await writeFile(join(app, "board.yaml"), BOARD);
  await writeFile(join(app, "blfd.yaml"), "board: ./board.yaml\n");
  await run("sh", ["-c", `cd "${root}" && find . | cpio -o -H newc --quiet | gzip -1 > "${folder}/initrd"`]);

  pi = new Program("qemu-system-aarch64", [
    ...["-M", "raspi3b", "-kernel", join(place, "bin/vmlinuz"), "-dtb", join(place, "pi.dtb")],
    ...["-initrd", join(folder, "initrd"), "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot"],
    // Raspberry Pi's own kernels keep the levels of released outputs; Debian's do so when asked.
    ...["-append", "console=ttyAMA0,115200 quiet rdinit=/init pinctrl-bcm2835.persist_gpio_outputs=1"],
  ]);
  pi.start();
  await vi.waitFor(() => expect(pi.output).toMatch(/^END\r?$/m), { timeout: WITHIN, interval: 100 });
}, WITHIN + 300_000);
afterAll(async () => {
  await pi?.kill();
  await rm(folder, { recursive: true, force: true });
});

/** The lines that begin with this, without it. */
const said = (word: string): readonly string[] =>
  [...pi.output.matchAll(new RegExp(`^${word} (.*?)\\r?$`, "gm"))].map(([, words = ""]) => words.trim());

const pin = (when: string): string | undefined =>
  said("PIN")
    .map((line) => /^(\w+) pin 17 .* function (\w+) in (\w+);/.exec(line))
    .find((match) => match?.[1] === when)
    ?.slice(2)
    .join(" ");

test("the Pi is one", () => {
  expect(said("MODEL")[0]).toContain("Raspberry Pi 3 Model B");
});

test.each([
  ["chardev", "blfd"],
  ["sysfs", "sysfs"],
])("LEDs are lit on pinctrl-bcm2835 by %s, each by its own level, and dark after halt", (by, consumer) => {
  const levels = (...of: readonly ("hi" | "lo")[]) =>
    [17, 18, 27].map((line, i) => `${line} ${consumer} ${of[i]}`).join(", ");
  // 18 is lit while low.
  expect(said("PROBE").filter((line) => line.startsWith(by))).toEqual([
    `${by} up`,
    `${by} lit 17: ${levels("hi", "hi", "lo")}`,
    `${by} lit 18: ${levels("lo", "lo", "lo")}`,
    `${by} lit 27: ${levels("lo", "hi", "hi")}`,
    `${by} halted:`,
    ...(by === "chardev" ? ["chardev up"] : []),
  ]);
  expect([pin("first"), pin("halted")]).toEqual(["gpio_in lo", "gpio_out lo"]);
});

test("killed it leaves the LED lit, as this chip persists, and blfd dark darkens it", () => {
  expect(pin("killed")).toBe("gpio_out hi");
  expect(said("DARK")).toEqual(["0"]);
  expect(pin("dark")).toBe("gpio_out lo");
});
