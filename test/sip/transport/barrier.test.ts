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
