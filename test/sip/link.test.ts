import { beforeEach, describe, expect, test } from "vitest";
import { Link, type LinkPort } from "../../firmware/sip/link.ts";
import { ManualClock } from "../../sim/manual-clock.ts";

/** A transport that does what the test says. */
class FakePort implements LinkPort {
  readonly log: string[] = [];
  asks: number[] = [];
  opens = 0;
  fails: string | undefined;
  waits: number[] = [];
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async open(): Promise<void> {
    this.opens++;
    if (this.fails !== undefined) throw new Error(this.fails);
  }

  async close(): Promise<void> {
    this.log.push("closed");
  }

  ask(): void {
    this.asks.push(this.#clock.now());
  }

  changed(up: boolean, why?: string): void {
    this.log.push(up ? "up" : `down: ${why}`);
  }

  retrying(_why: string, wait: number): void {
    this.waits.push(wait);
  }
}

const ALIVE = 6_000;
/** Promises of the port settle. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

let clock: ManualClock;
let port: FakePort;
let link: Link;

/** Moves time on step by step, so that promises settle on the way. */
async function pass(ms: number, step = 250): Promise<void> {
  for (let left = ms; left > 0; left -= step) {
    clock.advance(Math.min(step, left));
    await settle();
  }
}

beforeEach(() => {
  clock = new ManualClock(1_000);
  port = new FakePort(clock);
  link = new Link(clock, port, ALIVE, () => 0);
});

describe("a link", () => {
  test("is not up by being connected, but by a sign of life", async () => {
    link.start();
    await settle();
    expect(port.asks).toEqual([1_000]);
    expect(link.up).toBe(false);
    expect(port.log).toEqual([]);
    link.sign();
    expect(link.up).toBe(true);
    link.sign();
    expect(port.log).toEqual(["up"]);
  });

  test("asks at each third of the time when nothing comes, and is down exactly at its end", async () => {
    link.start();
    await settle();
    await pass(100, 100);
    link.sign();
    await pass(5_999, 1);
    expect(port.asks).toEqual([1_000, 3_100, 5_100]);
    expect(link.up).toBe(true);
    await pass(1, 1);
    expect(link.up).toBe(false);
    expect(port.log).toEqual(["up", "down: nothing came from the PBX for 6 s", "closed"]);
  });

  test("asks nothing while the PBX speaks by itself", async () => {
    link.start();
    await settle();
    for (let i = 0; i < 60; i++) {
      link.sign();
      await pass(1_000, 500);
    }
    expect(port.asks).toEqual([1_000]);
    expect(link.up).toBe(true);
  });

  test("down, up, down: each told once, and it always comes back", async () => {
    link.start();
    await settle();
    link.sign();
    await pass(ALIVE);
    expect(link.up).toBe(false);
    await pass(1_000);
    expect(port.opens).toBe(2);
    link.sign();
    link.lost("the PBX closed the connection");
    link.lost("again");
    await pass(1_000);
    link.sign();
    expect(port.log).toEqual([
      "up",
      "down: nothing came from the PBX for 6 s",
      "closed",
      "up",
      "down: the PBX closed the connection",
      "closed",
      "up",
    ]);
  });

  test("a PBX that is not there is tried again, ever more slowly, and never in a storm", async () => {
    port.fails = "Nothing listens on TCP 192.0.2.1:5060.";
    link.start();
    await pass(60_000);
    expect(port.waits.slice(0, 6)).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000]);
    expect(port.opens).toBeLessThan(20);
    expect(port.log).toEqual([]);
    port.fails = undefined;
    await pass(4_250);
    link.sign();
    expect(link.up).toBe(true);
  });

  test("chance makes waits shorter and different", async () => {
    link = new Link(clock, port, ALIVE, () => 0.5);
    port.fails = "no";
    link.start();
    await settle();
    expect(port.waits).toEqual([187.5]);
  });

  test("a connection on which nothing ever comes is given up and made anew", async () => {
    link.start();
    await settle();
    await pass(60_000);
    expect(port.opens).toBeGreaterThan(5);
    expect(port.opens).toBeLessThan(11);
    expect(port.asks.length).toBeLessThan(4 * port.opens);
    expect(port.log.every((entry) => entry === "closed")).toBe(true);
  });

  test("one that comes and goes is tried more and more slowly; one that held is not", async () => {
    const drop = async () => {
      link.sign();
      link.lost("flapping");
      await settle();
      await pass(port.waits.at(-1) ?? 0);
    };
    link.start();
    await settle();
    for (let i = 0; i < 6; i++) await drop();
    expect(port.waits).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000]);
    link.sign();
    for (let i = 0; i < 5; i++) {
      await pass(2_000);
      link.sign();
    }
    await drop();
    expect(port.waits.at(-1)).toBe(250);
  });

  test("a process that was held up reads what waits before it judges", async () => {
    link.start();
    await settle();
    link.sign();
    // The timer is late, and the PBX's message is read between it and the next one.
    clock.at(clock.now() + ALIVE, () => link.sign());
    clock.advance(ALIVE);
    expect(link.up).toBe(true);
    expect(port.log).toEqual(["up"]);
  });

  test("stopped at any moment it tells so once, closes, and leaves no timer", async () => {
    link.start();
    const stopped = link.stop();
    await stopped;
    await settle();
    expect(port.log).toEqual(["closed"]);
    expect(clock.pending).toBe(0);

    link.start();
    await settle();
    link.sign();
    await link.stop();
    link.sign();
    link.lost("late");
    await pass(60_000);
    expect(port.log).toEqual(["closed", "up", "down: the SIP agent was stopped", "closed"]);
    expect(clock.pending).toBe(0);
    await link.stop();
    expect(port.log).toHaveLength(4);
  });

  test("a listener may stop it", async () => {
    port.changed = (up) => {
      if (!up) void link.stop();
    };
    link.start();
    await settle();
    link.sign();
    link.lost("gone");
    await pass(10_000);
    expect(port.opens).toBe(1);
    expect(clock.pending).toBe(0);
  });
});
