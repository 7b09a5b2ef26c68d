import { spawn } from "node:child_process";
import { once } from "node:events";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { Secret } from "../firmware/domain/secret.ts";
import { createLog, type LogOptions } from "../firmware/log.ts";

const CRASHING = `
  import { createLog } from "../firmware/log.ts";
  const log = createLog({ level: "info" });
  for (let i = 0; i < 500; i++) log.info({ i }, "line");
  throw new Error("crash");
`;

function recorded(options: Omit<LogOptions, "out">) {
  const lines: string[] = [];
  return { log: createLog({ ...options, out: { write: (line) => lines.push(line) } }), lines };
}

describe("createLog", () => {
  it("writes one JSON object a line, with level, time and fields", () => {
    const { log, lines } = recorded({ level: "info" });
    log.warn({ line: "101" }, "subscription refused");
    const entry = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
    expect(entry).toMatchObject({ level: "warn", line: "101", msg: "subscription refused" });
    expect(Date.parse(String(entry.time))).toBeGreaterThan(0);
    expect(entry).not.toHaveProperty("hostname");
  });

  it("keeps quiet below its level", () => {
    const { log, lines } = recorded({ level: "warn" });
    log.debug({}, "no");
    log.info({}, "no");
    log.error({}, "yes");
    expect(lines).toHaveLength(1);
  });

  it("offers SIP messages a place only where they are asked for", () => {
    expect(recorded({ level: "debug" }).log.trace).toBeUndefined();
    const { log, lines } = recorded({ level: "trace" });
    log.trace?.({ got: "NOTIFY" }, "SIP");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "trace", got: "NOTIFY", msg: "SIP" });
  });

  it("writes plain text for people", () => {
    const { log, lines } = recorded({ level: "info", pretty: true });
    log.info({ bank: "front", why: new Error("no such chip"), keys: [1, 2], text: "two words" }, "bank absent");
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} info {2}bank absent bank=front why="no such chip" keys=\[1,2\] text="two words"\n$/,
    );
  });

  for (const pretty of [false, true]) {
    it(`strikes out secrets wherever they hide (${pretty ? "text" : "JSON"})`, () => {
      const { log, lines } = recorded({ level: "debug", pretty });
      const error = Object.assign(new Error("refused mqtt://panel:hunter2@broker"), { options: { x: "hunter2" } });
      log.debug({ password: "hunter2" }, "a");
      log.debug({ mqtt: { userPassword: "hunter2", password: new Secret("hunter2") } }, "b");
      log.debug({ list: [{ Authorization: "Digest hunter2" }] }, "c");
      log.debug({ url: "mqtt://panel:hunter2@broker:1883/x" }, "d");
      log.debug({ secret: new Secret("hunter2"), plain: new Secret("hunter2") }, "e");
      log.debug({ err: new Error("connect", { cause: error }) }, "f");
      log.debug({ token: 42, "api-token": ["hunter2"] }, "g");
      expect(lines).toHaveLength(7);
      expect(lines.join("")).not.toContain("hunter2");
      expect(lines[3]).toContain("panel:[secret]@broker:1883/x");
    });
  }

  it("keeps the message, the causes and the code of an error", () => {
    const { log, lines } = recorded({ level: "info" });
    const cause = new Error("connection refused");
    log.info({ why: Object.assign(new Error("broker away", { cause }), { code: "ECONNREFUSED" }) }, "mqtt");
    const { why } = JSON.parse(lines[0] ?? "") as { why: Record<string, unknown> };
    expect(why).toMatchObject({ type: "Error", message: "broker away: connection refused", code: "ECONNREFUSED" });
  });

  it("does not throw on what cannot be written", () => {
    const { log, lines } = recorded({ level: "info" });
    const circle: Record<string, unknown> = {};
    circle.again = circle;
    log.info({ circle, big: 1n, symbol: Symbol("s"), f: () => 1, nothing: undefined }, "odd");
    expect(lines).toHaveLength(1);
  });

  it("has written every line when the process ends, also by an error", async () => {
    const { outputFiles } = await build({
      stdin: { contents: CRASHING, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      packages: "external",
      format: "esm",
      write: false,
    });
    const child = spawn(process.execPath, ["--input-type=module", "-e", outputFiles[0]?.text ?? ""]);
    let text = "";
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    await once(child, "close");
    expect(text.match(/"msg":"line"/g)).toHaveLength(500);
    expect(text).toContain("Error: crash");
  });
});
