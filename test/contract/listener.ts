import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { Listener } from "../../firmware/mqtt/listener.ts";
import { Cable } from "../mqtt/cable.ts";
import { Ear } from "../mqtt/ear.ts";
import { RecordingLog } from "../recording-log.ts";
import type { BrokerUnderTest } from "./broker.ts";

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 2 });

/** What a Listener hears of any broker. */
export function listenerContract(name: string, make: () => BrokerUnderTest): void {
  describe(`a Listener with ${name}`, () => {
    let broker: BrokerUnderTest;
    let cable: Cable;
    let mouth: MqttClient;
    let listener: Listener;
    let log: RecordingLog;
    let heard: string[];
    let states: boolean[];
    let ear: Ear;
    let port: number;

    beforeEach(async () => {
      [heard, states] = [[], []];
      broker = make();
      port = await broker.start();
      cable = new Cable();
      const near = await cable.start();
      cable.plug(port);
      mouth = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, protocolVersion: 4 });
      ear = new Ear();
      await ear.start(port);
      log = new RecordingLog();
      listener = new Listener({
        settings: { url: `mqtt://127.0.0.1:${near}`, topic: "blfd" },
        filter: "blfd/ward-3/#",
        clock: new SystemClock(),
        log,
        retries: { first: 20, max: 100 },
      });
      listener.onMessage((topic, payload) => heard.push(`${topic} ${payload}`));
      listener.onState((up) => states.push(up));
    });

    afterEach(async () => {
      listener.stop();
      await ear.stop();
      await mouth.endAsync(true);
      await cable.stop();
      await broker.kill();
    });

    const say = (topic: string, payload: string, retain = false) =>
      mouth.publishAsync(topic, payload, { qos: 1, retain });

    test("hears what is retained and what comes, below its filter and nowhere else, and says nothing itself", async () => {
      await say("blfd/ward-3/lamp/1", "idle", true);
      await say("blfd/ward-4/lamp/1", "busy", true);
      listener.start();
      await soon(() => expect(heard).toEqual(["blfd/ward-3/lamp/1 idle"]));
      await say("blfd/ward-4/event", "press");
      await say("blfd/ward-3/event", "press");
      await soon(() => expect(heard).toEqual(["blfd/ward-3/lamp/1 idle", "blfd/ward-3/event press"]));
      expect(states).toEqual([true]);
      listener.stop();
      await say("end", "");
      await soon(() => expect(ear.on("end")).toHaveLength(1));
      const all = ["blfd/ward-3/lamp/1", "blfd/ward-4/lamp/1", "blfd/ward-4/event", "blfd/ward-3/event", "end"];
      expect(ear.heard.map(({ topic }) => topic)).toEqual(all);
    });

    test("comes back by itself, and hears then what it has missed of what is retained", async () => {
      await say("blfd/ward-3/lamp/1", "idle", true);
      listener.start();
      await soon(() => expect(heard).toHaveLength(1));
      cable.unplug();
      await soon(() => expect(states).toEqual([true, false]));
      await say("blfd/ward-3/lamp/1", "ringing", true);
      cable.plug(port);
      await soon(() => expect(states).toEqual([true, false, true]));
      await soon(() => expect(heard.at(-1)).toBe("blfd/ward-3/lamp/1 ringing"));
    });

    test("a broker that is not there is waited for", async () => {
      cable.unplug();
      listener.start();
      await soon(() => expect(cable.asked).toBeGreaterThan(2));
      expect(states).toEqual([]);
      cable.plug(port);
      await soon(() => expect(states).toEqual([true]));
      expect(log.of("warn").every((message) => message === "MQTT broker away")).toBe(true);
    });
  });
}
