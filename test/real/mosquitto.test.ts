import { build } from "esbuild";
import { describe, expect, it, vi } from "vitest";
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
      await vi.waitFor(() => expect(status(), daemon.output).toEqual(["online"]), { timeout: 10_000 });
      await daemon.kill();
      await vi.waitFor(() => expect(status()).toEqual(["online", "offline"]), { timeout: 2000, interval: 5 });
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
