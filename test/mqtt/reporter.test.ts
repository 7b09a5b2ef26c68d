import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Aedes } from "aedes";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { Secret } from "../../firmware/domain/secret.ts";
import { Reporter } from "../../firmware/mqtt/reporter.ts";
import { Broker } from "../../sim/broker.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { brokerContract } from "../contract/broker.ts";
import { RecordingLog } from "../recording-log.ts";
import { Ear } from "./ear.ts";

brokerContract("the embedded broker", () => new Broker());

describe("a Reporter", () => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });

  /** Something that listens where a broker should be. */
  async function instead(serve: (socket: Socket) => void): Promise<{ url: string; calls: () => number }> {
    const sockets = new Set<Socket>();
    let calls = 0;
    const server = createServer((socket) => {
      calls++;
      sockets.add(socket);
      socket.on("error", () => {});
      serve(socket);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanUp.push(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return { url: `mqtt://panel:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}`, calls: () => calls };
  }

  function reporterAt(url: string, log = new RecordingLog()): { reporter: Reporter; log: RecordingLog } {
    const settings = { url, topic: "blfd", user: "panel", password: new Secret("hunter2") };
    const retries = { first: 5, max: 20 };
    const reporter = new Reporter({ settings, panel: "ward-3", clock: new SystemClock(), log, retries });
    cleanUp.push(() => reporter.stop(300));
    return { reporter, log };
  }

  const bad: Readonly<Record<string, (socket: Socket) => void>> = {
    "closes at once": (socket) => socket.destroy(),
    "refuses the password": (socket) => socket.once("data", () => socket.end(Buffer.from([0x20, 2, 0, 4]))),
    "speaks another language": (socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"),
    "answers with noise": (socket) => socket.write(Buffer.from([0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0x20, 0xff])),
    "accepts, then sends noise": (socket) =>
      socket.once("data", () => socket.write(Buffer.from([0x20, 2, 0, 0, 0x40, 0, 0xff, 0xff, 0xff, 0xff, 0xff]))),
    "acknowledges what was never sent": (socket) =>
      socket.once("data", () => {
        socket.write(Buffer.from([0x20, 2, 0, 0, 0x40, 2, 0x12, 0x34, 0x50, 2, 0, 9, 0x90, 3, 0, 1, 0]));
        setImmediate(() => socket.destroy());
      }),
  };
  for (const [does, serve] of Object.entries(bad)) {
    it(`survives a broker that ${does}, tries again, says so once, and tells no secret`, async () => {
      const { url, calls } = await instead(serve);
      const { reporter, log } = reporterAt(url);
      reporter.lamp("1", "idle");
      reporter.event("press");
      reporter.start();
      await vi.waitFor(() => expect(calls()).toBeGreaterThan(4), { timeout: 5000 });
      await reporter.stop(300);
      expect(log.text).not.toContain("hunter2");
      const warnings = log.lines.filter(({ level }) => level === "warn").map(({ fields }) => String(fields.why));
      if (!log.text.includes("connected")) expect(new Set(warnings).size).toBe(warnings.length);
    });
  }

  it("does not hang its end on a broker that never answers", async () => {
    const { url, calls } = await instead(() => {});
    const { reporter } = reporterAt(url);
    reporter.start();
    await vi.waitFor(() => expect(calls()).toBe(1));
    const begin = performance.now();
    await reporter.stop(200);
    expect(performance.now() - begin).toBeLessThan(500);
  });

  it("waits for the broker to have the lamps before it says online, and to have a value before it sends a newer one", async () => {
    let received = "";
    const { url } = await instead((socket) => {
      // Takes the connection, and acknowledges nothing after that.
      socket.once("data", () => socket.write(Buffer.from([0x20, 2, 0, 0])));
      socket.on("data", (data) => {
        received += data.toString("latin1");
      });
    });
    const { reporter } = reporterAt(url);
    reporter.lamp("1", "first value");
    reporter.start();
    await vi.waitFor(() => expect(received).toContain("first value"));
    reporter.lamp("1", "second value");
    reporter.lamp("2", "other value");
    await vi.waitFor(() => expect(received).toContain("other value"));
    expect(received).not.toContain("second value");
    expect(received).not.toContain("online");
  });

  it("waits longer each time, as told by its clock", async () => {
    const { url, calls } = await instead((socket) => socket.destroy());
    const clock = new ManualClock();
    const settings = { url, topic: "blfd" };
    const log = new RecordingLog();
    const reporter = new Reporter({ settings, panel: "p", clock, log, random: () => 0 });
    cleanUp.push(() => reporter.stop());
    reporter.start();
    const waits: number[] = [];
    for (let failure = 1; failure <= 8; failure++) {
      await vi.waitFor(() => expect([calls(), clock.pending]).toEqual([failure, 1]));
      const wait = (clock.next ?? 0) - clock.now();
      waits.push(wait);
      clock.advance(wait);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it("keeps its promises when the address makes no sense", async () => {
    for (const url of ["", "nonsense", "gopher://127.0.0.1", "mqtt://no-such-host.invalid", "mqtt://127.0.0.1:1"]) {
      const { reporter, log } = reporterAt(url);
      reporter.start();
      reporter.event("press");
      await vi.waitFor(() => expect(log.text).toContain("MQTT broker away"), { timeout: 5000 });
      await reporter.stop(300);
    }
  });

  it("makes payloads later than it is told, and survives those that cannot be made", async () => {
    const broker = new Broker();
    const port = await broker.start();
    cleanUp.push(() => broker.stop());
    const ear = new Ear();
    await ear.start(port);
    cleanUp.push(() => ear.stop());
    const { reporter, log } = reporterAt(`mqtt://127.0.0.1:${port}`);
    reporter.start();
    await vi.waitFor(() => expect(ear.on("blfd/ward-3/status")).toEqual(["online"]));
    let made = 0;
    reporter.lamp("1", () => {
      made++;
      throw new Error("no such date");
    });
    for (let i = 0; i < 100; i++) reporter.lamp("2", () => `value ${++made}`);
    expect(made).toBe(0);
    await vi.waitFor(() => expect(ear.on("blfd/ward-3/lamp/2")).toEqual(["value 2"]));
    expect(log.text).toContain("no such date");
  });

  it("goes on without commands where the broker grants none", async () => {
    const broker = await Aedes.createBroker({ authorizeSubscribe: (_client, _wanted, done) => done(null, null) });
    const told: string[] = [];
    broker.on("publish", ({ topic, payload }, client) => {
      if (client) told.push(`${topic} ${payload}`);
    });
    const { url } = await instead((socket) => broker.handle(socket));
    cleanUp.push(() => new Promise<void>((resolve) => broker.close(() => resolve())));
    const { reporter, log } = reporterAt(url);
    reporter.onCommand(() => {});
    reporter.lamp("1", "idle");
    reporter.start();
    await vi.waitFor(() => expect(log.text).toContain("MQTT subscription refused"), { timeout: 5000 });
    reporter.event("press");
    await vi.waitFor(() => expect(told).toContain("blfd/ward-3/event press"), { timeout: 5000 });
    expect(told).toEqual(["blfd/ward-3/lamp/1 idle", "blfd/ward-3/status online", "blfd/ward-3/event press"]);
  });

  it("tells how many events were lost when too many waited", async () => {
    const broker = new Broker();
    const port = await broker.start();
    cleanUp.push(() => broker.stop());
    const ear = new Ear();
    await ear.start(port);
    cleanUp.push(() => ear.stop());
    const log = new RecordingLog();
    const settings = { url: `mqtt://127.0.0.1:${port}`, topic: "blfd" };
    const reporter = new Reporter({ settings, panel: "p", clock: new SystemClock(), log, mostEvents: 50 });
    cleanUp.push(() => reporter.stop());
    for (let i = 0; i < 120; i++) reporter.event(String(i));
    reporter.start();
    await vi.waitFor(() => expect(ear.on("blfd/p/event")).toHaveLength(50));
    expect(ear.on("blfd/p/event")[0]).toBe("70");
    expect(log.lines.find(({ level }) => level === "warn")?.fields).toEqual({ dropped: 70 });
  });
});
