import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameOfLevel, topicLevel, topicsOf } from "../../firmware/mqtt/topics.ts";

describe("topics", () => {
  it("are those of the panel", () => {
    const topics = topicsOf("blfd", "ward-3");
    expect([topics.all, topics.status, topics.pbx, topics.event, topics.lamp("11")]).toEqual([
      "blfd/ward-3/#",
      "blfd/ward-3/status",
      "blfd/ward-3/pbx",
      "blfd/ward-3/event",
      "blfd/ward-3/lamp/11",
    ]);
  });

  it("of commands hold the verb, and their results stand below", () => {
    const { commands, verbIn, result } = topicsOf("blfd", "ward-3");
    expect(commands).toBe("blfd/ward-3/command/+");
    expect(verbIn("blfd/ward-3/command/reload")).toBe("reload");
    expect(verbIn("blfd/ward-4/command/reload")).toBeUndefined();
    expect(result("reload")).toBe("blfd/ward-3/command/reload/result");
  });

  it("may begin with more than one level", () => {
    expect(topicsOf("site-2/blfd", "desk").status).toBe("site-2/blfd/desk/status");
  });

  it("escape what MQTT keeps for itself", () => {
    expect(topicLevel("a/b")).toBe("a%2Fb");
    expect(topicLevel("+")).toBe("%2B");
    expect(topicLevel("Zimmer #7")).toBe("Zimmer %237");
    expect(topicLevel("100 %")).toBe("100 %25");
    expect(topicLevel("$SYS")).toBe("%24SYS");
    expect(topicLevel("cash$")).toBe("cash$");
    expect(topicLevel("a\0b\u0085")).toBe("a%00b%C2%85");
    expect(topicLevel("Büro 🔔")).toBe("Büro 🔔");
    expect(topicLevel("\ud800")).toBe("%uD800");
  });

  it("refuse a name without a character", () => {
    expect(() => topicLevel("")).toThrow(RangeError);
    expect(() => topicsOf("blfd/", "x")).toThrow(RangeError);
  });

  const names = fc.string({
    unit: fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), fc.constantFrom(..."+#/$%\0\u{d800}2F")),
    minLength: 1,
  });

  it("never hold a wildcard, a separator or a control character, whatever the name", () => {
    fc.assert(
      fc.property(names, (name) => {
        const level = topicLevel(name);
        expect(level).not.toMatch(/[+#/\p{Cc}\p{Cs}]|^\$|^$/u);
      }),
    );
  });

  it("are never shared by two names", () => {
    fc.assert(
      fc.property(names, names, (one, other) => {
        fc.pre(one !== other);
        expect(topicLevel(one)).not.toBe(topicLevel(other));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
        expect(nameOfLevel(topicLevel(name))).toBe(name);
      }),
    );
  });
});
