import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { brokerContract } from "../contract/broker.ts";
import { listenerContract } from "../contract/listener.ts";
import { Ear, retainedAt } from "../mqtt/ear.ts";
import { Mosquitto } from "./mosquitto.ts";
import { Program } from "./program.ts";

brokerContract("Mosquitto", () => new Mosquitto());
listenerContract("Mosquitto", () => new Mosquitto());

const REPORTING = `
  import { SystemClock } from "../../drivers/system-clock.ts";
  import { createLog } from "../../firmware/log.ts";
  import { Reporter } from "../../firmware/mqtt/reporter.ts";
  const reporter = new Reporter({
    settings: { url: process.argv[1], topic: "blfd" },
    panel: "ward-3",
    clock: new SystemClock(),
    log: createLog({ level: "info" }),
  });
  reporter.lamp("1", "ringing");
  reporter.start();
`;

describe("a reporting process with Mosquitto", () => {
  it("killed by kill -9, is offline at once, with its last lamps kept", async () => {
    const broker = new Mosquitto();
    const port = await broker.start();
    const ear = new Ear();
    await ear.start(port);
    const { outputFiles } = await build({
      stdin: { contents: REPORTING, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      packages: "external",
      format: "esm",
      platform: "node",
      write: false,
    });
    const code = outputFiles[0]?.text ?? "";
    const daemon = new Program(process.execPath, ["--input-type=module", "-e", code, `mqtt://127.0.0.1:${port}`]);
    try {
      daemon.start();
      const status = (): string[] => ear.on("blfd/ward-3/status");
      await vi.waitFor(() => expect(status(), daemon.output).toEqual(["online"]), { timeout: 30_000 });
      await daemon.kill();
      await vi.waitFor(() => expect(status()).toEqual(["online", "offline"]), { timeout: 10_000, interval: 5 });
      expect(await retainedAt(port, 2)).toEqual(
        new Map([
          ["blfd/ward-3/lamp/1", "ringing"],
          ["blfd/ward-3/status", "offline"],
        ]),
      );
    } finally {
      await daemon.kill();
      await ear.stop();
      await broker.kill();
    }
  });
});

/** The built daemon, with no PBX to reach and bits that are files. */
describe("the built daemon with Mosquitto", () => {
  const settings = (port: number, label: string): string => `
panel: ward-3
board: ./board.yaml
pbx: { profile: generic, server: "sip:127.0.0.1:9;transport=tcp", user: panel1, password: { file: ./secret } }
keys: { 1: { line: "101", label: ${label} } }
mqtt: { url: "mqtt://127.0.0.1:${port}" }
`;
  const BOARD = `
title: One key
grid: [[1]]
banks: { wall: { driver: sim, width: 2, directory: wall } }
keys: { 1: { leds: { red: { bank: wall, bit: 0 } } } }
lamps: { alive: { leds: { green: { bank: wall, bit: 1 } } } }
`;
  let folder: string;
  let broker: Mosquitto;
  let port: number;
  let ear: Ear;
  let daemon: Program;
  const soon = (check: () => void): Promise<void> =>
    vi.waitFor(check, { timeout: 30_000, interval: 10 }).catch((cause: unknown) => {
      throw new Error(daemon.output, { cause });
    });
  const write = (label: string): void => writeFileSync(join(folder, "blfd.yaml"), settings(port, label));
  const status = (): string[] => ear.on("blfd/ward-3/status");
  const say = (verb: string, text: string, retain = false) => ear.say(`blfd/ward-3/command/${verb}`, text, retain);
  const results = (verb: string): Record<string, unknown>[] =>
    ear.on(`blfd/ward-3/command/${verb}/result`).map((text): Record<string, unknown> => JSON.parse(text));
  const lit = (bit: number): boolean => {
    const file = join(folder, `wall/led_${bit}`);
    return existsSync(file) && readFileSync(file, "utf8").startsWith("1");
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "blfd-commands-"));
    mkdirSync(join(folder, "wall"));
    broker = new Mosquitto();
    port = await broker.start();
    ear = new Ear();
    await ear.start(port);
    writeFileSync(join(folder, "board.yaml"), BOARD);
    writeFileSync(join(folder, "secret"), "word\n", { mode: 0o600 });
    write("Reception");
    const bundle = fileURLToPath(new URL("../../dist/blfd.mjs", import.meta.url));
    daemon = new Program(process.execPath, [bundle, "run", "-c", join(folder, "blfd.yaml")]);
    daemon.start();
    await soon(() => expect(status()).toEqual(["online"]));
  });
  afterEach(async () => {
    await daemon.kill();
    await ear.stop();
    await broker.kill();
    rmSync(folder, { recursive: true });
  });

  it("lights its lamps, and says so", async () => {
    await say("identify", '{"key":"alive","id":"a"}');
    await soon(() => expect(results("identify")).toMatchObject([{ id: "a", result: "done" }]));
    await soon(() => expect(lit(1)).toBe(true));
    await soon(() => expect(lit(1)).toBe(false));
    await say("lamp-test", "{}");
    await soon(() => expect(results("lamp-test")).toMatchObject([{ result: "done" }]));
    await soon(() => expect([lit(0), lit(1)]).toEqual([true, true]));
    await say("pickup", '{"key":"1"}');
    await soon(() => expect(results("pickup")).toMatchObject([{ result: "refused" }]));
  });

  it("reloads once for a command that the broker keeps, which comes again with the new connection", async () => {
    write("Front desk");
    await say("reload", '{"id":"r1"}', true);
    await soon(() => expect(results("reload")).toHaveLength(2));
    expect(
      results("reload")
        .map(({ result }) => result)
        .sort(),
    ).toEqual(["done", "ignored"]);
    await soon(() => expect(status()).toEqual(["online", "offline", "online"]));
    expect(JSON.parse(ear.on("blfd/ward-3/lamp/1").at(-1) ?? "{}")).toMatchObject({
      label: "Front desk",
      state: "unknown",
    });
    // What takes the kept one away is no command either.
    await say("reload", "", true);
    await soon(() => expect(results("reload")).toHaveLength(3));
    await say("reload", '{"id":"r1"}');
    await soon(() => expect(results("reload")).toHaveLength(4));
    expect(results("reload").slice(2)).toMatchObject([
      { result: "ignored" },
      { id: "r1", result: "done", again: true },
    ]);
    expect(status()).toHaveLength(3);

    writeFileSync(join(folder, "blfd.yaml"), settings(port, "Desk").replace("line:", "lime:"));
    await say("reload", "{}");
    await soon(() => expect(results("reload")).toHaveLength(5));
    expect(results("reload").at(-1)).toMatchObject({
      result: "failed",
      problems: [expect.stringContaining("keys.1.lime: unknown key; did you mean line?")],
    });
    expect(await daemon.terminate(10_000)).toBe(0);
    expect([lit(0), lit(1)]).toEqual([false, false]);
    await soon(() => expect(status()).toEqual(["online", "offline", "online", "offline"]));
  });
});
