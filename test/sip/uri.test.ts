import fc from "fast-check";
import { Grammar } from "sip.js/lib/core/index.js";
import { describe, expect, test } from "vitest";
import { addressIn, escapedUser, plainUri, VerbatimUri } from "../../firmware/sip/uri.ts";

describe("a user part", () => {
  test.each([
    ["**101", "**101"],
    ["#77", "%2377"],
    ["*80102", "*80102"],
    ["+49 30", "+49%2030"],
    ["a@b:c", "a%40b%3Ac"],
    ["100%", "100%25"],
    ["x;y=z&,$?/", "x;y=z&,$?/"],
    ["Büro", "B%C3%BCro"],
  ])("%s is written %s", (user, written) => {
    expect(escapedUser(user)).toBe(written);
  });

  test("means the same when read back, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (user) => {
        const written = escapedUser(user);
        expect(written).toMatch(/^(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/]|%[0-9A-F]{2})+$/);
        expect(decodeURIComponent(written)).toBe(user);
      }),
    );
  });
});

describe("the address in a header", () => {
  test.each([
    ["<sip:a@b>", "sip:a@b"],
    ["<sip:a;x=1@b:5060;transport=tcp;lr>;expires=3", "sip:a;x=1@b:5060;transport=tcp;lr"],
    ['"Büro <Süd>, \\"x\\"" <sip:a@b>;q=1', "sip:a@b"],
    ["Mr. A <sips:a@b>", "sips:a@b"],
    ["sip:a@b;tag=1", "sip:a@b"],
    ["*", undefined],
    ["", undefined],
  ])("of %s is %s", (header, address) => {
    expect(addressIn(header)).toBe(address);
  });
});

test.each([
  ["sip:101@pbx.example.org:5060;transport=tcp", "sip:101@pbx.example.org"],
  ["sip:a:b;c@[2001:db8::1]:5060?x=y", "sip:a:b;c@[2001:db8::1]"],
  ["sips:pbx:5061", "sips:pbx"],
  ["sip:**101@pbx", "sip:**101@pbx"],
  ["tel:+4930;ext=1", "tel:+4930;ext=1"],
])("%s stands in To as %s", (uri, plain) => {
  expect(plainUri(uri)).toBe(plain);
});

test("sip.js writes a URI otherwise than it was, which is why ours goes around it", () => {
  const text = "sip:+49123;tgrp=a@Host:5060;X=Y";
  expect(Grammar.URIParse(text)?.toString()).not.toBe(text);
  const uri = new VerbatimUri(text);
  expect([uri.toString(), uri.toRaw(), uri.clone().toRaw(), `${uri}`]).toEqual([text, text, text, text]);
});
