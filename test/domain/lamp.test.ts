import { describe, expect, it } from "vitest";
import { type Colour, ledsFor } from "../../firmware/domain/lamp.ts";

describe("ledsFor", () => {
  const table: ReadonlyArray<readonly [Colour, readonly Colour[], readonly Colour[]]> = [
    ["red", ["red"], ["red"]],
    ["red", ["green", "red"], ["red"]],
    ["amber", ["amber"], ["amber"]],
    ["amber", ["red", "green", "amber"], ["amber"]],
    ["amber", ["green", "red"], ["red", "green"]],
    ["amber", ["red", "blue"], ["red"]],
    ["amber", ["white"], ["white"]],
    ["green", ["red"], ["red"]],
    ["blue", ["green", "red"], ["green"]],
    ["white", ["red", "green", "blue"], ["red"]],
    ["red", [], []],
  ];

  it.each(table)("%s on a lamp of %j: %j", (colour, available, leds) => {
    expect(ledsFor(colour, available)).toEqual(leds);
  });
});
