import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { Secret } from "../../firmware/domain/secret.ts";
import type { Order } from "../../firmware/mqtt/commands.ts";
import { Reporter, type ReporterOptions } from "../../firmware/mqtt/reporter.ts";
import { Cable } from "../mqtt/cable.ts";
import { Ear, retainedAt } from "../mqtt/ear.ts";
import { RecordingLog } from "../recording-log.ts";

export interface BrokerUnderTest {
  /** Resolves with its port on loopback. May be called again after kill(). */
  start(): Promise<number>;
  /** Dies without a word, as by kill -9. */
  kill(): Promise<void>;
}

/** What a Reporter achieves with any broker. */
export function brokerContract(name: string, make: () => BrokerUnderTest): void {
  describe(`a Reporter with ${name}`, () => {
    const clock = new SystemClock();
    let broker: BrokerUnderTest;
    let brokerPort: number;
    let cable: Cable;
    let cablePort: number;
    let ear: Ear;
    let log: RecordingLog;
    let reporter: Reporter;

    const report = (more: Partial<ReporterOptions> = {}): Reporter =>
      new Reporter({
        settings: {
          url: `mqtt://127.0.0.1:${cablePort}`,
          topic: "blfd",
          user: "panel",
          password: new Secret("hunter2"),
        },
        panel: "ward-3",
        clock,
        log,
        retries: { first: 20, max: 100 },
        ...more,
      });
    const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 2 });
    const status = (): string | undefined => ear.on("blfd/ward-3/status").at(-1);
    const events = (): string[] => ear.on("blfd/ward-3/event");

    beforeEach(async () => {
      log = new RecordingLog();
      broker = make();
      brokerPort = await broker.start();
      cable = new Cable();
      cablePort = await cable.start();
      cable.plug(brokerPort);
      ear = new Ear();
      await ear.start(brokerPort);
      reporter = report();
    });

    afterEach(async () => {
      cable.thaw();
      await reporter.stop();
      await ear.stop();
      await cable.stop();
      await broker.kill();
      expect(log.text).not.toContain("hunter2");
    });

    it("has lamps, pbx and status for a subscriber that comes late, and no events", async () => {
      reporter.start();
      reporter.pbx("up");
      reporter.lamp("1", "idle");
      reporter.lamp("2", () => "busy");
      reporter.event("press");
      await soon(() => expect(events()).toEqual(["press"]));
      reporter.lamp("1", "ringing");
      await soon(() => expect(ear.on("blfd/ward-3/lamp/1").at(-1)).toBe("ringing"));
      expect(await retainedAt(brokerPort, 4)).toEqual(
        new Map([
          ["blfd/ward-3/pbx", "up"],
          ["blfd/ward-3/lamp/1", "ringing"],
          ["blfd/ward-3/lamp/2", "busy"],
          ["blfd/ward-3/status", "online"],
        ]),
      );
    });

    it("publishes every lamp before it says online, and events after", async () => {
      for (let key = 1; key <= 16; key++) reporter.lamp(String(key), "unknown");
      reporter.pbx("down");
      reporter.event("first");
      reporter.start();
      await soon(() => expect(events()).toEqual(["first"]));
      const topics = ear.heard.map(({ topic }) => topic);
      expect(topics.indexOf("blfd/ward-3/status")).toBe(17);
      expect(topics.indexOf("blfd/ward-3/event")).toBe(18);
    });

    it("is offline by its will when its connection breaks, and online again by itself", async () => {
      reporter.lamp("1", "idle");
      reporter.start();
      await soon(() => expect(status()).toBe("online"));
      cable.unplug();
      await soon(() => expect(status()).toBe("offline"));
      expect((await retainedAt(brokerPort, 2)).get("blfd/ward-3/status")).toBe("offline");
      cable.plug(brokerPort);
      await soon(() => expect(status()).toBe("online"));
    });

    it("says offline itself when it stops, once, after all else", async () => {
      reporter.start();
      await soon(() => expect(status()).toBe("online"));
      reporter.lamp("1", "idle");
      for (let i = 0; i < 100; i++) reporter.event(String(i));
      await reporter.stop();
      reporter.lamp("1", "late");
      reporter.event("late");
      await soon(() => expect(status()).toBe("offline"));
      expect(ear.heard.slice(-1)).toEqual([{ topic: "blfd/ward-3/status", text: "offline", retained: false }]);
      expect(ear.on("blfd/ward-3/status")).toEqual(["online", "offline"]);
      expect(events()).toHaveLength(100);
      expect((await retainedAt(brokerPort, 2)).get("blfd/ward-3/lamp/1")).toBe("idle");
    });

    it("loses no event and mixes none while the broker is dead, and tells only the latest of a lamp", async () => {
      reporter.start();
      reporter.lamp("1", "idle");
      reporter.lamp("2", "busy");
      reporter.event("before");
      await soon(() => expect(events()).toEqual(["before"]));
      cable.unplug();
      await broker.kill();
      await ear.stop();
      for (let i = 0; i < 500; i++) {
        reporter.event(String(i));
        reporter.lamp("1", `ringing ${i}`);
      }
      brokerPort = await broker.start();
      ear = new Ear();
      await ear.start(brokerPort);
      cable.plug(brokerPort);
      await soon(() => expect(events()).toHaveLength(500));
      expect(events()).toEqual(Array.from({ length: 500 }, (_, i) => String(i)));
      expect(ear.on("blfd/ward-3/lamp/1")).toEqual(["ringing 499"]);
      expect(ear.on("blfd/ward-3/lamp/2")).toEqual(["busy"]);
      expect(status()).toBe("online");
    });

    it("loses no event when the connection breaks again and again, and repeats only what was not acknowledged", async () => {
      reporter.start();
      await soon(() => expect(status()).toBe("online"));
      for (let i = 0; i < 600; i++) {
        reporter.event(String(i));
        if (i % 60 === 59) {
          await soon(() => expect(events().length).toBeGreaterThanOrEqual(i - 50));
          cable.cut();
        }
      }
      await soon(() => expect(events()).toContain("599"));
      const numbers = events().map(Number);
      const firsts = [...new Set(numbers)];
      expect(firsts).toEqual(Array.from({ length: 600 }, (_, i) => i));
      // A repetition goes back by no more than may be in flight, and goes on from there in order.
      for (const [i, number] of numbers.entries()) {
        const before = numbers[i - 1] ?? -1;
        expect(number === before + 1 || (number <= before && before - number < 20)).toBe(true);
      }
    });

    it("takes a connection that carries nothing for lost, and never makes its caller wait", async () => {
      reporter = report({ keepalive: 1000 });
      reporter.start();
      await soon(() => expect(status()).toBe("online"));
      cable.freeze();
      const begin = performance.now();
      for (let i = 0; i < 2000; i++) {
        reporter.event(String(i));
        reporter.lamp(String(i % 16), String(i));
      }
      // Had it waited, it would wait still; whatever else the machine does takes less.
      expect(performance.now() - begin).toBeLessThan(1000);
      // By its own keepalive, unless the broker's was quicker.
      await soon(() => expect(log.text).toContain("MQTT broker away"));
      cable.cut();
      cable.thaw();
      await soon(() => expect(events().at(-1)).toBe("1999"));
      expect([...new Set(events())]).toHaveLength(2000);
    });

    describe("that is given commands", () => {
      const command = (verb: string): string => `blfd/ward-3/command/${verb}`;
      let orders: Order[];
      beforeEach(async () => {
        orders = [];
        reporter.onCommand((order) => {
          orders.push(order);
          reporter.result(order.verb, `result of ${order.text}`);
        });
        reporter.lamp("1", "idle");
        reporter.start();
        await soon(() => expect(status()).toBe("online"));
      });

      it("hears them, whatever they are, and tells results that nobody keeps", async () => {
        await ear.say(command("identify"), '{"key":"1"}');
        await ear.say(command("no such"), "\u{1F514}");
        await ear.say(`${command("identify")}/more`, "not ours");
        await soon(() => expect(ear.on(`${command("no such")}/result`)).toEqual(["result of \u{1F514}"]));
        expect(ear.on(`${command("identify")}/result`)).toEqual(['result of {"key":"1"}']);
        expect(orders).toEqual([
          { verb: "identify", text: '{"key":"1"}', retained: false, repeated: false },
          { verb: "no such", text: "\u{1F514}", retained: false, repeated: false },
        ]);
        expect([...(await retainedAt(brokerPort, 2)).keys()].sort()).toEqual([
          "blfd/ward-3/lamp/1",
          "blfd/ward-3/status",
        ]);
      });

      it("hears them on the next connection, too, and knows one that was kept from one that was sent", async () => {
        await ear.say(command("reload"), "{}", true);
        await soon(() => expect(orders).toHaveLength(1));
        cable.cut();
        await soon(() => expect(orders).toHaveLength(2));
        await soon(() => expect(ear.on("blfd/ward-3/status").filter((text) => text === "online")).toHaveLength(2));
        await ear.say(command("lamp-test"), "{}");
        await soon(() => expect(orders).toHaveLength(3));
        expect(orders.map(({ verb, retained }) => [verb, retained])).toEqual([
          ["reload", false],
          ["reload", true],
          ["lamp-test", false],
        ]);
      });

      it("brings a result whose connection broke, and those from before a stop", async () => {
        cable.unplug();
        reporter.result("reload", "done meanwhile");
        cable.plug(brokerPort);
        await soon(() => expect(ear.on(`${command("reload")}/result`)).toEqual(["done meanwhile"]));
        await ear.say(command("lamp-test"), "last");
        await soon(() => expect(orders).toHaveLength(1));
        await reporter.stop();
        await soon(() => expect(ear.on(`${command("lamp-test")}/result`)).toEqual(["result of last"]));
        await ear.say(command("lamp-test"), "too late");
        await soon(() => expect(status()).toBe("offline"));
        expect(orders).toHaveLength(1);
      });
    });

    it("stops in time when the connection carries nothing", async () => {
      reporter.start();
      await soon(() => expect(status()).toBe("online"));
      cable.freeze();
      reporter.event("never");
      const begin = performance.now();
      await reporter.stop(400);
      // By itself it would wait for as long as nothing is carried.
      expect(performance.now() - begin).toBeLessThan(3000);
    });
  });
}
