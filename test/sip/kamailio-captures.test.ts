import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type LineFacts, lineStateOf } from "../../firmware/domain/line-state.ts";
import { cleared, EMPTY_ROSTER, fold, type Roster } from "../../firmware/domain/roster.ts";
import { parseDialogInfo } from "../../firmware/sip/dialog-info.ts";
import { parseSubscriptionState } from "../../firmware/sip/subscription-state.ts";
import { type CapturedNotify, notifiesIn } from "./captured-notify.ts";

const twice = (state: string): string[] => [state, state];
const sixTimes = (state: string): string[] => Array<string>(6).fill(state);
const thrice = (state: string): string[] => [state, state, state];

/** What a lamp shows after each NOTIFY of a conversation. Where several panels watch, each has its own NOTIFY. */
const told: Readonly<Record<string, readonly string[]>> = {
  "01-register": [],
  "02-idle-101": ["101 idle"],
  "03-idle-100": ["100 idle"],
  // "Trying" and "early" of the caller are a call on its way, not a ring.
  "04-early-both": ["100 busy", "100 busy", "101 ringing"],
  "05-confirmed-both": ["100 busy", "101 busy"],
  "06-two-dialogs-101": ["101 ringing"],
  "07-second-cancelled": ["101 busy"],
  "08-terminated": ["100 idle", "101 idle"],
  "09-after-terminated-publish-expires": ["100 idle", "101 idle", "101 idle"],
  "10-busy": ["100 busy", "100 idle", "101 idle"],
  "11-unregistered-480": [],
  "12-unknown-404": [],
  // The end of a subscription says nothing, whatever its body says.
  "13-unsubscribe": ["101 unknown"],
  "dummy-initial": ["101 idle", "101 unknown"],
  "ghost-trying": ["100 busy", "100 busy"],
  // Two phones of one number share a dialog id.
  "F1-fork-early": sixTimes("101 ringing"),
  "F4-fork-replaces": [...sixTimes("101 ringing"), ...thrice("101 idle")],
  "R1-contact-target-early-only": ["101 ringing", "101 idle"],
  "R2-contact-target-plain": ["101 ringing", "101 idle"],
  "R3-identity-AoR-target": ["101 ringing", "101 idle"],
  "R4-tags-swapped": ["101 ringing"],
  "R5-sent-to-callee-101": ["101 ringing", "101 ringing"],
  "R6-race-answered-early-only": ["101 ringing", "101 busy"],
  "R7-race-answered-no-flag": ["101 ringing", "101 busy", "101 idle"],
  "R8-caller-without-replaces-420": ["101 ringing"],
  "S1-423": twice("101 idle"),
  "over-tcp": ["101 idle"],
  "over-tls": ["101 idle"],
  // The ghost of the call that the kill cut off is told of beside the next one, and alone.
  "kill-9-everything-kept": ["100 busy", "100 busy", "101 ringing", ...twice("101 ringing"), "100 busy"],
  // The call rings on at the phone, but the PBX has forgotten it, and says so.
  "kill-9-subscriptions-kept": ["100 busy", "100 busy", "101 ringing", ...twice("101 idle"), "100 busy"],
};

function after(roster: Roster, { body }: CapturedNotify): Roster {
  if (body === "") return cleared(roster);
  const parsed = parseDialogInfo(body);
  if (!parsed.ok) throw new Error(parsed.problem);
  const folded = fold(roster, parsed.info);
  expect(folded.verdict).toBe("applied");
  return folded.roster;
}

function shownBy(file: string): string[] {
  const rosters = new Map<string, Roster>();
  return notifiesIn(file).map((notify) => {
    const roster = after(rosters.get(notify.callId) ?? EMPTY_ROSTER, notify);
    rosters.set(notify.callId, roster);
    const subscription = parseSubscriptionState(notify.state)?.value === "active" ? "active" : "lost";
    const facts: LineFacts = { link: "up", subscription, roster };
    return `${notify.line} ${lineStateOf(facts)}`;
  });
}

describe("what a real Kamailio told, and what a lamp shows of it", () => {
  test.each(Object.entries(told))("%s", (name, states) => {
    expect(shownBy(`kamailio-${name}.sip`)).toEqual(states);
  });

  test("no conversation is left out", () => {
    const files = readdirSync(new URL("../captures/", import.meta.url)).filter((file) => file.startsWith("kamailio-"));
    expect(files.sort()).toEqual(
      Object.keys(told)
        .map((name) => `kamailio-${name}.sip`)
        .sort(),
    );
  });
});
