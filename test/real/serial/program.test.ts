import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import { Broker } from "../../../sim/broker.ts";
import { SimPbx } from "../../../sim/pbx/pbx.ts";
import { SimPhone } from "../../../sim/phone/phone.ts";
import { Ear } from "../../mqtt/ear.ts";
import { Program } from "../program.ts";
import { Module } from "./module-program.ts";

const SOON = 20_000;
/** The lamp of line 101, and whatever the others show. */
const RED = /^lamps R/;
const IDLE = /^lamps ·/;
const bundle = fileURLToPath(new URL("../../../dist/blfd.mjs", import.meta.url));

let folder: string;
const started: { stop(): Promise<unknown> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "blfd-sidecar-"));
});
afterEach(async () => {
  for (const each of started.splice(0).reverse()) await each.stop();
  await rm(folder, { recursive: true, force: true });
});

function keep<Part extends { stop(): Promise<unknown> }>(part: Part): Part {
  started.push(part);
  return part;
}

const board = (port: string): string => `
title: Keys of a sidecar, and one on bits
grid: [[1, 2, 3]]
banks:
  desk: { driver: sidecar, port: ${port}, brightness: 40 }
  bits: { driver: sim, width: 2 }
keys:
  1: { bank: desk, key: 1 }
  2: { bank: desk, key: 2 }
  3: { leds: { red: { bank: bits, bit: 0 } }, button: { bank: bits, bit: 1 } }
`;

const settings = (port: number, broker: number, label = "Reception"): string => `
panel: sidecar
board: ./board.yaml
pbx:
  profile: asterisk
  server: sip:127.0.0.1:${port};transport=udp
  user: panel1
  password: { file: ./secret }
pickup:
  phone: { line: "102", dial: "*80102" }
scope:
  groups: { desk: ["101", "103"] }
  pickup: [desk]
keys:
  1: { line: "101", label: ${label} }
  2: { line: "103", label: Workshop }
  3: { line: "104", label: Director }
mqtt: { url: mqtt://127.0.0.1:${broker} }
`;

/** The built daemon on a board that mixes a sidecar with bits, and around it simulated telephones. */
async function office(port: string) {
  const clock = new SystemClock();
  const broker = keep(new Broker());
  const brokerPort = await broker.start();
  const ear = keep(new Ear());
  await ear.start(brokerPort);
  const pbx = new SimPbx({ clock });
  const server = { ...(await pbx.start()), transport: "udp" as const };
  keep(pbx);
  const phone = async (number: string, habit: "manual" | "answers-on-header") => {
    const made = keep(new SimPhone({ number, password: `pw${number}`, server, clock, habit }));
    await made.start();
    return made;
  };
  await writeFile(join(folder, "board.yaml"), board(port));
  await writeFile(join(folder, "blfd.yaml"), settings(server.port, brokerPort));
  await writeFile(join(folder, "secret"), "pwpanel1\n", { mode: 0o600 });
  const daemon = new Program(process.execPath, [bundle, "run", "-c", join(folder, "blfd.yaml")]);
  keep({ stop: () => daemon.kill() });
  daemon.start();
  const lamp = (key: string): { readonly state?: string; readonly label?: string } =>
    JSON.parse(ear.on(`blfd/sidecar/lamp/${key}`).at(-1) ?? "{}");
  return {
    daemon,
    /** Another label for key 1, read while the daemon runs. */
    relabel: async (label: string) => {
      await writeFile(join(folder, "blfd.yaml"), settings(server.port, brokerPort, label));
      await ear.say("blfd/sidecar/command/reload", "{}");
      await expect
        .poll(() => ear.on("blfd/sidecar/command/reload/result").at(-1), { timeout: SOON })
        .toContain('"result":"done"');
      await expect.poll(() => lamp("1").label, { timeout: SOON }).toBe(label);
    },
    /** The states of lamps 1, 2 and 3 as MQTT has them. */
    told: () => ["1", "2", "3"].map((key) => lamp(key).state),
    caller: await phone("100", "manual"),
    target: await phone("101", "manual"),
    desk: await phone("102", "answers-on-header"),
  };
}

describe("the built daemon and a sidecar that is another program", () => {
  test("a ring flashes on the sidecar, its key takes the call; unplugged and plugged in again it is right", async () => {
    const module = keep(new Module(join(folder, "port"), ["--keys", "4", "--dim"]));
    await module.start();
    const { daemon, told, relabel, caller, target, desk } = await office(module.path);
    await module.until(/^lamps ···· at 40 %$/);

    await caller.call("101");
    await target.until("ringing", SOON);
    for (const look of [RED, IDLE, RED]) await module.until(look);
    module.say("press 1");
    await desk.until("talking", SOON);
    await expect.poll(() => daemon.output, { timeout: SOON }).toContain("picked-up");
    await caller.hangUp();
    await module.until(IDLE);
    const known = expect.stringMatching(/^(idle|offline)$/);
    await expect.poll(told, { timeout: SOON }).toEqual(["idle", known, known]);
    const calm = told();

    module.say("unplug");
    await expect
      .poll(() => daemon.output, { timeout: SOON })
      .toMatch(/sidecar desk: .*went away|sidecar desk: there is no/);
    await expect.poll(told, { timeout: SOON }).toEqual(["unknown", "unknown", calm[2]]);
    await caller.call("101");
    await target.until("ringing", SOON);
    expect(told()).toEqual(["unknown", "unknown", calm[2]]);
    module.say("plug");
    await module.until(RED);
    await expect.poll(told, { timeout: SOON }).toEqual(["ringing", calm[1], calm[2]]);
    await caller.hangUp();
    await module.until(IDLE);

    await relabel("Front desk");
    await caller.call("101");
    await module.until(RED);
    await caller.hangUp();
    await module.until(IDLE);

    expect(await daemon.terminate(SOON)).toBe(0);
    await module.until(/^no host/);
  });

  test("a daemon that is killed leaves a module that shows it", async () => {
    const module = keep(new Module(join(folder, "port"), ["--keys", "4", "--cadences", "-"]));
    await module.start();
    const { daemon, caller } = await office(module.path);
    await module.until(IDLE);
    await expect.poll(() => daemon.output, { timeout: SOON }).toContain("this sidecar cannot be dimmed");
    await caller.call("101");
    await module.until(RED);
    await module.until(IDLE);
    await daemon.kill();
    await module.until(/^no host ····$/);
    await module.until(/^no host RRRR$/);
  });
});
