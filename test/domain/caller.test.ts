import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callerOf, cleaned, isSameCaller } from "../../firmware/domain/caller.ts";
import type { Dialog, Party } from "../../firmware/domain/dialog.ts";
import { callBehind, lineStateOf } from "../../firmware/domain/line-state.ts";
import { EMPTY_ROSTER, fold, isRinging } from "../../firmware/domain/roster.ts";
import { doubted, NO_RINGS, ringsAfter } from "../../firmware/domain/stuck-ring.ts";
import { anyRoster, dialog, full } from "./dialog-arbitrary.ts";

const ringing = (remote: Party): Dialog => dialog("a", "early", { direction: "recipient", remote });
const from = (identity: string, display?: string) =>
  ringing({ identity, ...(display !== undefined && { display }), target: "sip:gateway@192.0.2.9" });
const fullOf = (identity: string, display?: string) => callerOf(from(identity, display), "101", "full");
const maskedOf = (identity: string, display?: string) => callerOf(from(identity, display), "101", "masked");

describe("who calls, in full", () => {
  test.each([
    ["sip:205@pbx.example.org", "Anna Meier", { name: "Anna Meier", number: "205" }],
    ["sip:205@pbx.example.org:5070", undefined, { number: "205" }],
    ["sips:+493012345@pbx.example.org;user=phone", undefined, { number: "+493012345" }],
    ["sip:+49-30-12345;phone-context=x@pbx.example.org", "", { number: "+49-30-12345" }],
    ["tel:+49-30-12345;phone-context=example.org", "", { number: "+49-30-12345" }],
    ["sip:%2B4930:secret@pbx.example.org", "", { number: "+4930" }],
    ["sip:50%@pbx.example.org", "", { number: "50%" }],
    // Asterisk shows the number for want of a name.
    ["sip:205@pbx.example.org", "205", { number: "205" }],
    ["sip:anna.meier@example.org", "", { number: "anna.meier" }],
    ["sip:unknown@pbx.example.org", "Anna Meier", { name: "Anna Meier" }],
    ["sip:205@pbx.example.org", "Unknown", { number: "205" }],
    ["sip:pbx.example.org", "Anna Meier", { name: "Anna Meier" }],
    ["", "Anna Meier", { name: "Anna Meier" }],
  ])("%j, %j → %j", (identity, display, caller) => {
    expect(fullOf(identity, display)).toEqual(caller);
  });

  test.each([
    ["sip:anonymous@anonymous.invalid", "Anonymous"],
    ["sip:anonymous@anonymous.invalid", undefined],
    ["sip:ANONYMOUS@pbx.example.org", "Anna Meier"],
    ["sip:205@anonymous.invalid:5060", "Anna Meier"],
    ["sip:+493012345@pbx.example.org", "anonymous"],
    ["sip:restricted@pbx.example.org", undefined],
  ])("whoever asks not to be named is not: %j, %j", (identity, display) => {
    expect(fullOf(identity, display)).toBeUndefined();
    expect(maskedOf(identity, display)).toBeUndefined();
  });

  test("nobody where nothing is said, or the line itself, as for a call in a park slot", () => {
    expect(fullOf("", "")).toBeUndefined();
    expect(fullOf("   ", " \u202e ")).toBeUndefined();
    expect(callerOf(dialog("a", "early"), "101", "full")).toBeUndefined();
    expect(fullOf("sip:101@pbx.example.org", "Alice Reception")).toBeUndefined();
  });

  test("whom the line itself calls is no caller, nor where nothing says who called", () => {
    const remote = { identity: "sip:205@pbx.example.org" };
    expect(callerOf(dialog("a", "early", { direction: "initiator", remote }), "101", "full")).toBeUndefined();
    expect(callerOf(dialog("a", "confirmed", { remote }), "101", "full")).toBeUndefined();
    expect(callerOf(dialog("a", "confirmed", { direction: "recipient", remote }), "101", "full")).toBeDefined();
    expect(callerOf(dialog("a", "early", { remote }), "101", "full")).toBeDefined();
  });
});

describe("who calls, masked", () => {
  test.each([
    ["sip:+493012345@pbx.example.org", "•••• 45"],
    ["sip:(030)%20123-4567@pbx.example.org", "•••• 67"],
    ["sip:1234567@pbx.example.org", "•••• 67"],
    // An extension, or the phone beside a bed, is somebody.
    ["sip:123456@pbx.example.org", "••••"],
    ["sip:205@pbx.example.org", "••••"],
    ["sip:5@pbx.example.org", "••••"],
    ["sip:anna.meier1977@example.org", "••••"],
    [`sip:${"1".repeat(60)}42@pbx.example.org`, "•••• 42"],
  ])("%j → %j, and no name", (identity, number) => {
    expect(maskedOf(identity, "Anna Meier")).toEqual({ number });
  });

  test("a name alone is nothing", () => {
    expect(maskedOf("sip:unknown@pbx.example.org", "Anna Meier")).toBeUndefined();
    expect(maskedOf("sip:pbx.example.org", "Anna Meier")).toBeUndefined();
  });
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.stringMatching(/^(sips?|tel):[+0-9.()a-z%-]{0,40}(@[a-z.]{0,12})?$/),
  fc.constantFrom("Anonymous", "sip:anonymous@anonymous.invalid", "\u202eevil\u0000\r\nVia: x", "a".repeat(5000)),
);
const anyCall = fc
  .record({ identity: anyText, display: anyText, target: anyText })
  .map((remote): Dialog => ringing(remote));

describe("over any identity", () => {
  test("off tells nothing", () => {
    fc.assert(fc.property(anyCall, (call) => callerOf(call, "101", "off") === undefined));
  });

  test("masked tells at most two digits, the last of seven or more", () => {
    fc.assert(
      fc.property(anyCall, (call) => {
        const caller = callerOf(call, "101", "masked");
        if (caller === undefined) return;
        expect(Object.keys(caller)).toEqual(["number"]);
        expect(caller.number).toMatch(/^••••( \d\d)?$/);
        const [digits] = /(?<= )\d\d$/.exec(caller.number ?? "") ?? [];
        if (digits === undefined) return;
        const written = decodeURIComponent(call.remote?.identity ?? "").replace(/[^\d@;:?]/g, "");
        expect(written).toMatch(new RegExp(`\\d{5}${digits}(?!\\d)`));
      }),
      { numRuns: 2000 },
    );
  });

  test("a long number is known by its end, and by nothing else of it", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?\d{7,40}$/), fc.string(), (number, display) => {
        const caller = callerOf(from(`sip:${number}@pbx.example.org`, `X ${display}`), "101", "masked");
        expect(caller).toEqual({ number: `•••• ${number.slice(-2)}` });
      }),
    );
  });

  test("full tells clean text, bounded, of one line, without what hides or reorders", () => {
    fc.assert(
      fc.property(anyCall, (call) => {
        const { name, number } = callerOf(call, "101", "full") ?? {};
        for (const text of [name, number]) {
          if (text === undefined) continue;
          expect(text).toBe(text.trim());
          expect(text).not.toBe("");
          expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
          expect(Array.from(text).length).toBeLessThanOrEqual(48);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test("what is too long ends in an ellipsis, and no character is cut in two", () => {
  expect(cleaned("Anna Meier", 10)).toBe("Anna Meier");
  expect(cleaned("Anna Meiers", 10)).toBe("Anna Meie…");
  expect(cleaned("😀".repeat(200), 4)).toBe("😀😀😀…");
  expect(cleaned("A \u0000 \u200b B", 20)).toBe("A B");
  expect(cleaned("A\u202eB\u200bC\u0007\tD\r\n E", 20)).toBe("ABC D E");
});

test("equal callers are told once", () => {
  expect(isSameCaller(undefined, undefined)).toBe(true);
  expect(isSameCaller({ number: "205" }, { number: "205" })).toBe(true);
  expect(isSameCaller({ number: "205" }, { number: "205", name: "Anna" })).toBe(false);
  expect(isSameCaller({ number: "205" }, undefined)).toBe(false);
});

describe("of several calls", () => {
  const call = (id: string, state: Dialog["state"], more: Partial<Dialog> = {}) =>
    dialog(id, state, { direction: "recipient", ...more });
  const rosterOf = (...dialogs: readonly Dialog[]) => fold(EMPTY_ROSTER, full(1, ...dialogs)).roster;

  test("the one that began to ring first, wherever the PBX names it", () => {
    const first = ringsAfter(NO_RINGS, rosterOf(call("a", "early")), true, 10);
    const both = rosterOf(call("b", "early"), call("a", "early"), call("c", "confirmed"));
    expect(callBehind("ringing", both, ringsAfter(first, both, true, 20))?.id).toBe("a");
    const other = rosterOf(call("b", "early"), call("c", "confirmed"));
    expect(callBehind("ringing", other, ringsAfter(first, other, true, 20))?.id).toBe("b");
  });

  test("one that hangs in the PBX hides no other", () => {
    const hanging = rosterOf(call("a", "early"));
    const stuck = ringsAfter(doubted(ringsAfter(NO_RINGS, hanging, true, 0), 100, 100), hanging, true, 101);
    const both = rosterOf(call("a", "early"), call("b", "early"));
    expect(callBehind("ringing", both, ringsAfter(stuck, both, true, 150))?.id).toBe("b");
    expect(callBehind("ringing", hanging, stuck)).toBeUndefined();
  });

  test("the one that is talked to, and not the one that waits", () => {
    const roster = rosterOf(call("a", "confirmed", { held: true }), call("b", "confirmed"));
    expect(callBehind("busy", roster, NO_RINGS)?.id).toBe("b");
    const waiting = rosterOf(call("a", "confirmed", { held: true }));
    expect(callBehind("held", waiting, NO_RINGS)?.id).toBe("a");
    // The line makes another call meanwhile: the lamp is about that.
    expect(callBehind("busy", waiting, NO_RINGS)).toBeUndefined();
  });

  test("over any roster: a call that is in the state which the lamp shows", () => {
    fc.assert(
      fc.property(anyRoster, (roster) => {
        const state = lineStateOf({ link: "up", subscription: "active", roster });
        const behind = callBehind(state, roster, ringsAfter(NO_RINGS, roster, true, 0));
        if (state === "ringing") expect(behind && isRinging(behind)).toBe(true);
        else if (behind !== undefined) expect([behind.state, behind.held]).toEqual(["confirmed", state === "held"]);
        if (!["ringing", "busy", "held"].includes(state)) expect(behind).toBeUndefined();
      }),
    );
  });
});
