import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Privacy } from "../../firmware/domain/privacy.ts";
import { xml } from "../../sim/pbx/xml.ts";
import { notifiesIn } from "./captured-notify.ts";
import { full, watching } from "./watching.ts";

interface Call {
  readonly id?: string;
  readonly state?: string;
  readonly direction?: string;
  readonly user: string;
  readonly name?: string;
}

function call({ id = "a", state = "early", direction = "recipient", user, name }: Call): string {
  const display = name === undefined ? "" : ` display="${xml(name)}"`;
  const remote = `<remote><identity${display}>${xml(`sip:${user}@pbx.example.org`)}</identity><target uri="sip:x@192.0.2.9"/></remote>`;
  return `<dialog id="${id}" call-id="${id}" direction="${direction}">${remote}<state>${state}</state></dialog>`;
}

/** One line, calm, of which so much may be told. */
function one(privacy?: Privacy) {
  const all = watching(["101"], privacy && { privacy });
  all.begin();
  return { ...all, says: (body: string) => all.tell("101", { body }), caller: () => all.watcher.view("101").caller };
}

describe("who calls a line", () => {
  it.each([
    ["full", { name: "Anna Meier", number: "+4930123467" }],
    ["masked", { number: "•••• 67" }],
    ["off", undefined],
    [undefined, undefined],
  ] as const)("by privacy %s", (privacy, told) => {
    const { says, caller, reports } = one(privacy);
    says(full(1, call({ user: "+4930123467", name: "Anna Meier" })));
    expect(caller()).toEqual(told);
    says(full(2, call({ user: "+4930123467", name: "Anna Meier", state: "confirmed" })));
    expect(caller()).toEqual(told);
    says(full(3));
    expect(reports.map((report) => [report.state, report.caller])).toEqual([
      ["ringing", told],
      ["busy", told],
      ["idle", undefined],
    ]);
  });

  it("is forgotten with the link", () => {
    const { says, caller, agent } = one("full");
    says(full(1, call({ user: "205" })));
    expect(caller()).toEqual({ number: "205" });
    agent.link(false, "no answer");
    expect(caller()).toBeUndefined();
  });

  it("is the one who rings longest, of several, and then the other", () => {
    const { says, caller, reports, clock } = one("full");
    const [first, second] = [call({ id: "a", user: "205" }), call({ id: "b", user: "206" })];
    says(full(1, first));
    clock.advance(1000);
    says(full(2, second, first));
    expect(caller()).toEqual({ number: "205" });
    says(full(3, second));
    expect(caller()).toEqual({ number: "206" });
    expect(reports.map(({ state }) => state)).toEqual(["ringing", "ringing", "ringing"]);
  });

  it("is told anew where the PBX has another one in the same place, as Asterisk does", () => {
    const { says, reports } = one("full");
    says(full(1, call({ user: "205" })));
    says(full(2, call({ user: "205" })));
    says(full(3, call({ user: "206" })));
    expect(reports.map(({ caller }) => caller?.number)).toEqual(["205", "206"]);
  });

  it("is not whom the line calls", () => {
    const { says, caller } = one("full");
    says(full(1, call({ user: "205", direction: "initiator", state: "confirmed" })));
    expect(caller()).toBeUndefined();
  });
});

/** What Asterisk and Kamailio were caught saying of line 101, by the state that it was in. */
describe.each([
  ["03-ringing-early.sip", { name: "Caller Hundred", number: "100" }],
  ["10-inuse-and-ringing.sip", { name: "Bob Desk", number: "102" }],
  // Asterisk names nobody once a call is answered, and nobody who is called.
  ["04-answered-confirmed.sip", undefined],
  ["08-outgoing-ringing.sip", undefined],
  ["kamailio-04-early-both.sip", { number: "100" }],
  ["kamailio-05-confirmed-both.sip", { number: "100" }],
] as const)("%s", (file, told) => {
  it(`tells ${JSON.stringify(told)}, and that in full alone`, () => {
    const bodies = notifiesIn(file).flatMap(({ body }) => (/entity="sip:101@/.test(body) ? [body] : []));
    const body = bodies.at(-1);
    if (body === undefined) throw new Error(`${file} tells nothing of 101`);
    for (const privacy of ["full", "masked", "off"] as const) {
      const { says, caller } = one(privacy);
      says(body);
      const masked = told && { number: "••••" };
      expect(caller()).toEqual({ full: told, masked, off: undefined }[privacy]);
    }
  });
});

/** Marked, so that no part of them comes about by chance. */
const anyMark = fc.stringMatching(/^[A-Z]{3}[0-9]{4,12}$/);

describe("over any caller", () => {
  it("off: no report, no log line and no name that is kept has a word of it", () => {
    fc.assert(
      fc.property(anyMark, anyMark, fc.constantFrom("early", "confirmed", "proceeding"), (name, user, state) => {
        const { says, reports, log, watcher } = one("off");
        says(full(1, call({ user, name, state })));
        says(full(2));
        expect(reports).toHaveLength(2);
        expect(JSON.stringify(reports) + log.text).not.toMatch(new RegExp(`${name}|${user}`));
        expect(JSON.stringify(watcher.dialogs("101"))).not.toContain(name);
      }),
    );
  });

  it("masked: at most two digits leave", () => {
    fc.assert(
      fc.property(anyMark, fc.stringMatching(/^[1-9][0-9]{2,14}$/), (name, user) => {
        const { says, reports, log } = one("masked");
        says(full(1, call({ user, name })));
        const number = user.length < 7 ? "••••" : `•••• ${user.slice(-2)}`;
        expect(reports.at(-1)?.caller).toEqual({ number });
        expect(JSON.stringify(reports) + log.text).not.toContain(name);
      }),
    );
  });
});
