import { beforeEach, describe, expect, it } from "vitest";
import { Keepalive } from "../../../firmware/sip/transport/keepalive.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";

describe("Keepalive", () => {
  let clock = new ManualClock();
  let story: string[] = [];
  let keepalive: Keepalive;

  beforeEach(() => {
    clock = new ManualClock();
    story = [];
    keepalive = new Keepalive({
      clock,
      every: 30_000,
      within: 10_000,
      ping: () => story.push(`ping ${clock.now()}`),
      dead: () => story.push(`dead ${clock.now()}`),
    });
    keepalive.start();
  });

  const pong = (): void => {
    keepalive.heard();
    keepalive.pong();
  };

  it("pings after silence only", () => {
    clock.advance(29_000);
    keepalive.heard();
    clock.advance(29_000);
    expect(story).toEqual([]);
    clock.advance(1_000);
    expect(story).toEqual(["ping 59000"]);
  });

  it("goes on pinging a peer that never answers, and takes it for alive", () => {
    clock.advance(100_000);
    expect(story).toEqual(["ping 30000", "ping 60000", "ping 90000"]);
  });

  it("takes silence for death once the peer has answered a ping", () => {
    clock.advance(30_000);
    pong();
    clock.advance(30_000);
    expect(story).toEqual(["ping 30000", "ping 60000"]);
    clock.advance(9_999);
    expect(story).toHaveLength(2);
    clock.advance(1);
    expect(story.at(-1)).toBe("dead 70000");
    clock.advance(1_000_000);
    expect(story).toHaveLength(3);
  });

  it("takes anything heard after a ping for life", () => {
    clock.advance(30_000);
    pong();
    clock.advance(35_000);
    keepalive.heard();
    clock.advance(30_000);
    expect(story).toEqual(["ping 30000", "ping 60000", "ping 95000"]);
  });

  it("is quiet after stop, and leaves no timer", () => {
    keepalive.stop();
    keepalive.stop();
    clock.advance(1_000_000);
    expect(story).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
