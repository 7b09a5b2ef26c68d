import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dialog } from "../../../firmware/domain/dialog.ts";
import type { Profile } from "../../../firmware/domain/profile.ts";
import { choose, type Wanted } from "../../../firmware/sip/pickup/choice.ts";
import { FEATURE_CODE } from "../../../firmware/sip/pickup/feature-code.ts";
import { GROUP_CODE } from "../../../firmware/sip/pickup/group-code.ts";
import type { Prey } from "../../../firmware/sip/pickup/method.ts";
import { PARK_SLOT } from "../../../firmware/sip/pickup/park-slot.ts";
import { REPLACES } from "../../../firmware/sip/pickup/replaces.ts";

type Codes = Partial<Profile["pickup"]>;

const IDS = { callId: "c@x", localTag: "near", remoteTag: "far" };
const CALLER = { remote: { identity: "sip:100@pbx.test", target: "sip:100@192.0.2.9:5062" } };

const early = (dialog: Partial<Dialog> = {}): Dialog => ({
  id: "1",
  state: "early",
  direction: "recipient",
  held: false,
  ...IDS,
  ...CALLER,
  ...dialog,
});

/** What the PBX leaves out. */
function without(name: keyof Dialog): Dialog {
  const { [name]: _, ...rest } = early();
  return rest as Dialog;
}

const prey = (pickup: Codes, more: Partial<Prey> = {}): Prey => ({
  line: "101",
  parked: false,
  dialogs: [],
  inRingGroup: false,
  profile: {
    name: "test",
    title: "Test",
    watch: "dialog",
    pickup: { replaces: false, ...pickup },
    offline: "never",
    transfers: "pbx",
  },
  ...more,
});

const ALL: Codes = { directed: "**{line}", ringGroup: "*9{line}", group: "*8", park: "*85{slot}", replaces: true };
const dial = (user: string) => ({ kind: "dial", user });
const no = (why: string) => ({ kind: "inapplicable", why: expect.stringContaining(why) });

describe("a directed code", () => {
  test.each([
    ["for a line", { directed: "**{line}" }, false, dial("**101")],
    ["twice in one code", { directed: "*{line}*{line}" }, false, dial("*101*101")],
    ["for a ring group, which needs another", { directed: "**{line}", ringGroup: "*9{line}" }, true, dial("*9101")],
    ["for a ring group, which needs none", { directed: "**{line}" }, true, dial("**101")],
    ["where the only one is that for ring groups", { ringGroup: "*9{line}" }, false, dial("*9101")],
    ["where there is none", { group: "*8" }, false, no("profile test has no code for directed pickup")],
  ])("%s", (_, codes, inRingGroup, target) => {
    expect(FEATURE_CODE.target(prey(codes, { inRingGroup }))).toEqual(target);
  });

  test("is put together without the patterns of replaceAll", () => {
    expect(FEATURE_CODE.target(prey({ directed: "**{line}" }, { line: "$&$1" }))).toEqual(dial("**$&$1"));
  });
});

test.each([
  ["a group code", GROUP_CODE, { group: "*8" }, dial("*8")],
  ["no group code", GROUP_CODE, {}, no("no code for group pickup")],
  ["a slot", PARK_SLOT, { park: "{slot}" }, dial("101")],
  ["a slot behind a code", PARK_SLOT, { park: "*85{slot}" }, dial("*85101")],
  ["no code for slots", PARK_SLOT, {}, no("no code for fetching a parked call")],
])("%s", (_, method, codes, target) => {
  expect(method.target(prey(codes))).toEqual(target);
});

describe("Replaces (RFC 3891), from what dialog-info tells", () => {
  const replaced = (uri: string) => ({ kind: "replaces", uri, replaces: "c@x;to-tag=far;from-tag=near;early-only" });
  const target = (...dialogs: Dialog[]) => REPLACES.target(prey({ replaces: true }, { dialogs }));

  test.each([
    ["at the caller's contact", early(), "sip:100@192.0.2.9:5062"],
    ["or else at the caller's address", early({ remote: { identity: "sip:100@pbx.test" } }), "sip:100@pbx.test"],
    ["where the direction is not told", without("direction"), "sip:100@192.0.2.9:5062"],
  ])("%s, with the caller's own tag as to-tag", (_, dialog, uri) => {
    expect(target(dialog)).toEqual(replaced(uri));
  });

  test("the one call that rings counts, not those that are up or that the line began itself", () => {
    const others = [early({ id: "2", state: "confirmed" }), early({ id: "3", direction: "initiator" })];
    expect(target(...others, early())).toEqual(replaced("sip:100@192.0.2.9:5062"));
  });

  test.each([
    ["nothing rings", [], "does not tell the ids"],
    ["two calls ring, and nobody knows which is meant", [early(), early({ id: "2" })], "more than one call rings"],
    ["the PBX tells no Call-ID (Asterisk)", [without("callId")], "does not tell the ids"],
    ["no local tag", [without("localTag")], "does not tell the ids"],
    ["no remote tag", [without("remoteTag")], "does not tell the ids"],
    ["no caller", [early({ remote: {} })], "does not tell the ids"],
    ["a caller by another scheme", [early({ remote: { target: "tel:+491234" } })], "does not tell the ids"],
  ])("not where %s", (_, dialogs, why) => {
    expect(target(...dialogs)).toEqual(no(why));
  });

  test("not where the profile forbids it", () => {
    expect(REPLACES.target(prey({ replaces: false }, { dialogs: [early()] }))).toEqual(no("does not allow"));
  });

  test("nothing that a notifier can write becomes a header line, a parameter, or leaves the brackets", () => {
    const evil = fc.stringMatching(/^[\s;,<>"?a-z@:]{1,12}$/);
    fc.assert(
      fc.property(evil, evil, evil, evil, (callId, localTag, remoteTag, uri) => {
        const told = target(early({ callId, localTag, remoteTag, remote: { target: `sip:${uri}` } }));
        if (told.kind !== "replaces") return;
        expect(told.replaces.split(";")).toHaveLength(4);
        expect(`${told.uri}${told.replaces}`).not.toMatch(/[\s,<>"?]/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("what is chosen, and why", () => {
  const wanted = (more: Partial<Wanted> = {}): Wanted => ({
    method: "auto",
    groupOfPbx: false,
    byHand: false,
    ...more,
  });
  const rings = { dialogs: [early()] };
  const untold = { dialogs: [without("callId")] };

  test.each<[string, Partial<Wanted>, Codes, Partial<Prey>, string, string]>([
    ["Replaces, where it can be built", {}, ALL, rings, "replaces", "the PBX tells the ids"],
    ["a code, where the ids are not told", {}, ALL, untold, "feature-code", "does not tell the ids"],
    ["a code, where the phone has to dial it", { byHand: true }, ALL, rings, "feature-code", "can only dial"],
    ["a code, where the PBX does not allow it", {}, { ...ALL, replaces: false }, rings, "feature-code", "not allow"],
    ["that for ring groups", {}, ALL, { ...untold, inRingGroup: true }, "feature-code", "ring of a group"],
    ["the group's code, where nothing else is", { groupOfPbx: true }, { group: "*8" }, {}, "group-code", "directed"],
    ["the directed code, also for a group of the PBX", { groupOfPbx: true }, ALL, untold, "feature-code", "ids"],
    ["the slot, whatever the method", { method: "replaces" }, ALL, { ...rings, parked: true }, "park-slot", "parked"],
    ["what is configured: a code", { method: "feature-code" }, ALL, rings, "feature-code", "pickup.method"],
    ["what is configured: Replaces", { method: "replaces" }, ALL, rings, "replaces", "pickup.method"],
    ["what is configured: a group code", { method: "group-code" }, ALL, rings, "group-code", "pickup.method"],
  ])("%s", (_, want, codes, more, method, because) => {
    expect(choose(wanted(want), prey(codes, more))).toMatchObject({
      kind: "choice",
      method,
      because: expect.stringContaining(because),
    });
  });

  test.each<[string, Partial<Wanted>, Codes, Partial<Prey>, string]>([
    ["a group code for a key of one line", {}, { group: "*8" }, {}, "no code for directed pickup"],
    ["Replaces, configured, where it cannot be built", { method: "replaces" }, ALL, untold, "does not tell the ids"],
    ["a code, configured, that is not there", { method: "feature-code" }, { replaces: true }, rings, "no code"],
    ["a slot without a code", {}, { directed: "**{line}" }, { parked: true }, "no code for fetching"],
  ])("nothing instead of %s", (_, want, codes, more, why) => {
    expect(choose(wanted(want), prey(codes, more))).toEqual(no(why));
  });
});
