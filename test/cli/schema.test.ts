import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { schema } from "../../firmware/cli/schema.ts";
import { RecordedIo } from "./recorded-io.ts";

test.each([
  [[], "settings"],
  [["settings"], "settings"],
  [["board"], "board"],
  [["phone"], "phone"],
  [["profile"], "profile"],
  [["scheme"], "scheme"],
  [["scenario"], "scenario"],
])("%j prints the schema of %s as it is in board-configs", async (args, name) => {
  const io = new RecordedIo();
  expect(await schema(args, io)).toBe(0);
  const file = resolve(import.meta.dirname, `../../board-configs/${name}.schema.json`);
  expect(io.stdout).toBe(readFileSync(file, "utf8"));
  expect(io.stderr).toBe("");
});

test.each([[["panel"]], [["board", "scheme"]], [["toString"]]])("usage: %j", async (args) => {
  const io = new RecordedIo();
  expect(await schema(args, io)).toBe(2);
  expect(io.stdout).toBe("");
  expect(io.stderr).toMatch(/^usage: blfd schema \[settings\|board\|phone\|profile\|scenario\|scheme\]/);
});
