import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { check } from "../../firmware/cli/check.ts";
import { RecordedIo } from "./recorded-io.ts";

const boardConfigs = resolve(import.meta.dirname, "../../board-configs");
const example = readFileSync(join(boardConfigs, "examples/reception.yaml"), "utf8");
const around = { boardConfigs, env: { BLFD_SIP_PASSWORD: "word" } };

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "blfd-check-"));
  file = join(folder, "blfd.yaml");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The line of a text that holds this. */
function lineOf(text: string, part: string): number {
  return text.split("\n").findIndex((line) => line.includes(part)) + 1;
}

async function checked(text: string, args: readonly string[] = ["-c", file]) {
  writeFileSync(file, text);
  const io = new RecordedIo();
  const code = await check(args, io, around);
  return { code, out: io.stdout, err: io.stderr };
}

test("good settings are told in one line", async () => {
  const good = `${file}: good — 7 keys, board sim-16, profile asterisk, scheme default, pickup to 102\n`;
  expect(await checked(example)).toEqual({ code: 0, out: good, err: "" });
  expect(await checked(example, [file])).toEqual({ code: 0, out: good, err: "" });
  expect(await checked(example, ["--config", file])).toEqual({ code: 0, out: good, err: "" });
});

test("a board with GPIO is good, wherever it is checked", async () => {
  const watching = example.replace(/^pickup:[\s\S]*?(?=^keys:)/m, "").replace(/^ {2}[35]: .*\n/gm, "");
  const good = `${file}: good — 5 keys, board pi-12, profile asterisk, scheme default, no pickup\n`;
  expect(await checked(watching.replace("board: sim-16", "board: pi-12"))).toEqual({ code: 0, out: good, err: "" });
});

test.each(["classic", "yealink", "snom", "cisco"])("scheme %s is good", async (name) => {
  const good = `${file}: good — 7 keys, board sim-16, profile asterisk, scheme ${name}, pickup to 102\n`;
  expect(await checked(example.replace("scheme: default", `scheme: ${name}`))).toEqual({ code: 0, out: good, err: "" });
});

test("every problem is a line of its own on standard error, and the exit is 78", async () => {
  const text = example.replace("alive: 5s", "alive: soon").replace("  2: {", "  22: {");
  const { code, out, err } = await checked(text);
  expect({ code, out }).toEqual({ code: 78, out: "" });
  expect(err.split("\n")).toEqual([
    `${file}:${lineOf(text, "alive: soon")}:10: pbx.alive: not "soon" but a time from 1s to 1m, with its unit`,
    `${file}:${lineOf(text, "22: {")}:3: keys.22: board sim-16 has no key 22; it has 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16`,
    `${file}: 2 problems`,
    "",
  ]);
});

test("settings that are not there are a problem, too", async () => {
  const { code, err } = await checked(example, ["-c", join(folder, "none.yaml")]);
  expect(code).toBe(78);
  expect(err).toContain("none.yaml:1:1: cannot be read: there is no such file\n");
});

test.each([[["--fast"]], [["-c"]], [["a.yaml", "b.yaml"]], [["-c", "a.yaml", "b.yaml"]]])("usage: %j", async (args) => {
  const { code, out, err } = await checked(example, args);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^usage: blfd check /);
});
