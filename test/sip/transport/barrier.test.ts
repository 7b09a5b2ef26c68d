import { beforeEach, describe, expect, it } from "vitest";
import { Barrier } from "../../../firmware/sip/transport/barrier.ts";
import { RecordingLog } from "../../recording-log.ts";
import { wireRequest } from "../wire-message.ts";

describe("Barrier", () => {
  let log = new RecordingLog();
  let barrier = new Barrier(log);

  beforeEach(() => {
    log = new RecordingLog();
    barrier = new Barrier(log);
  });

  const padded = (bytes: number): Buffer => Buffer.from(wireRequest({ headers: [`X: ${"x".repeat(bytes)}`] }));

  it("admits a message with its head, in canonical form", () => {
    const message = barrier.admit(Buffer.from(`\r\n${wireRequest({ headers: ["o: dialog"], body: "grüße" })}`));
    expect(message?.text).toBe(wireRequest({ headers: ["Event: dialog"], body: "grüße" }));
    expect(message?.head.method).toBe("NOTIFY");
  });

  it("drops and counts what is too long, and what is nonsense", () => {
    expect(barrier.admit(padded(16_000))).toBeDefined();
    expect(barrier.admit(padded(17_000))).toBeUndefined();
    expect(barrier.admit(Buffer.alloc(20_000, "x"))).toBeUndefined();
    expect(barrier.admit(Buffer.from(wireRequest({ body: "x".repeat(66_000) })))).toBeUndefined();
    expect(barrier.admit(Buffer.from("hello"))).toBeUndefined();
    expect(barrier.admit(Buffer.from("hello\r\n\r\n"))).toBeUndefined();
    expect(barrier.admit(Buffer.alloc(0))).toBeUndefined();
    expect(barrier.drops).toEqual({ oversize: 3, malformed: 3, foreign: 0, "handler-threw": 0 });
  });

  it("cuts at Content-Length, in bytes, and takes no body that is cut short (RFC 3261 §18.3)", () => {
    const whole = wireRequest({ body: "grüße" });
    const said = (length: string): string => whole.replace("Content-Length: 7", length);
    const admitted = (text: string) => barrier.admit(Buffer.from(text))?.text;
    expect(admitted(`${whole}\r\nmore`)).toBe(whole);
    expect(admitted(said("X-Other: 1"))).toBe(said("X-Other: 1"));
    expect(admitted(said("Content-Length: 0"))).toBe(said("Content-Length: 0").replace("grüße", ""));
    expect(admitted(whole.slice(0, -"grüße".length))).toBeUndefined();
    for (const length of ["8", "-1", "7, 7", "", "1e1"])
      expect(admitted(said(`Content-Length: ${length}`))).toBeUndefined();
    expect(admitted(said("Content-Length: 7\r\nl: 5"))).toBeUndefined();
    expect(admitted(said("l : 7\r\nContent-Length: 7"))).toContain("grüße");
    expect(barrier.drops.malformed).toBe(7);
  });

  it("drops what says twice which dialog it belongs to, and what has over a hundred header lines", () => {
    const twice = (line: string) => barrier.admit(Buffer.from(wireRequest({ headers: [line] })));
    for (const line of ["From: <sip:x@y>;tag=1", "t : <sip:x@y>", "I: call-2", "CSeq: 8 NOTIFY"]) {
      expect(twice(line)).toBeUndefined();
    }
    expect(barrier.drops.malformed).toBe(4);
    const lines = (count: number) =>
      wireRequest({ headers: Array.from({ length: count }, () => "Via: SIP/2.0/UDP x") });
    expect(barrier.admit(Buffer.from(lines(92)))).toBeDefined();
    expect(barrier.admit(Buffer.from(lines(94)))).toBeUndefined();
    expect(barrier.drops.oversize).toBe(1);
  });

  it("lets nothing thrown by the handler out, and logs it without the message", () => {
    const message = barrier.admit(Buffer.from(wireRequest({ body: "secret" })));
    if (!message) throw new Error("not admitted");
    barrier.pass(message, () => {
      throw new Error("cannot read properties of undefined");
    });
    barrier.pass(message, undefined);
    expect(barrier.drops["handler-threw"]).toBe(1);
    expect(log.text).toContain("cannot read properties");
    expect(log.text).toContain("NOTIFY");
    expect(log.text).not.toMatch(/secret|101@/);
  });

  it("does not fill the log", () => {
    for (let i = 0; i < 1000; i++) barrier.drop("foreign", {});
    expect(barrier.drops.foreign).toBe(1000);
    expect(log.lines).toHaveLength(10);
    expect(log.lines.at(-1)).toMatchObject({ level: "warn", fields: { reason: "foreign", count: 512 } });
  });
});
