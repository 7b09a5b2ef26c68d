import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldList, type KnownList } from "../../firmware/sip/event-list.ts";
import { notifiesIn } from "./captured-notify.ts";
import { DIALOG_INFO, inner, listOf, member, type TestList, type TestMember, uriOf } from "./lists.ts";

/** Folds NOTIFYs one after the other; how every member stands after the last, by its user part. */
function stand(...bodies: readonly { readonly contentType: string; readonly body: string }[]) {
  let known: KnownList | undefined;
  let members: Record<string, string> = {};
  let gap = false;
  let problem: string | undefined;
  for (const { contentType, body } of bodies) {
    const folded = foldList(known, contentType, body);
    problem = folded.ok ? undefined : folded.problem;
    if (!folded.ok) continue;
    known = folded.list;
    gap = folded.gap;
    members = {};
    for (const [uri, standing] of folded.members) {
      const user = /^sip:([^@]*)@/.exec(uri)?.[1] ?? uri;
      members[user] = standing.kind === "silent" ? standing.why : standing.kind;
    }
  }
  return { members, gap, problem };
}

const whole = (version: number, ...members: TestMember[]) => listOf({ version, full: true, members });
const change = (version: number, ...members: TestMember[]) => listOf({ version, full: false, members });

describe("a list of lines", () => {
  it("tells every member first and then what changes (captured: Asterisk)", () => {
    const notifies = [...notifiesIn("sub-rls-blflist-initial.sip"), ...notifiesIn("sub-rls-blflist-ringing.sip")];
    const own = notifies.filter(({ line }) => line === "blflist");
    expect(own).toHaveLength(3);
    expect(stand(...own.slice(0, 1)).members).toEqual({
      101: "told",
      102: "told",
      103: "told",
      104: "told",
      105: "told",
    });
    const { members, gap } = stand(...own);
    expect(members).toEqual({ 101: "told", 102: "kept", 103: "kept", 104: "kept", 105: "kept" });
    expect(gap).toBe(false);
  });

  it("may tell every member every time (captured: Asterisk, full_state)", () => {
    const own = [
      ...notifiesIn("sub-rls-blflistfull-initial.sip"),
      ...notifiesIn("sub-rls-blflistfull-ringing.sip").filter(({ line }) => line === "blflistfull"),
    ];
    for (let last = 1; last <= own.length; last++) {
      expect(stand(...own.slice(0, last)).members).toEqual({ 101: "told", 102: "told", 103: "told" });
    }
  });

  it("hands on the part that a member's cid names, as it is", () => {
    const { contentType, body } = whole(3, { uri: uriOf("101"), type: `${DIALOG_INFO};charset=utf-8`, body: "<x/>" });
    const folded = foldList(undefined, contentType, body);
    expect(folded.ok && folded.members.get(uriOf("101"))).toEqual({
      kind: "told",
      contentType: `${DIALOG_INFO};charset=utf-8`,
      body: "<x/>",
      fresh: true,
    });
  });

  it("forgets, when it is full, whom it does not name (RFC 4662 §5.6.1)", () => {
    expect(stand(whole(0, member("101"), member("102")), whole(1, member("102"))).members).toEqual({ 102: "told" });
  });

  it("takes a new member from a partial one (RFC 4662 §5.6.2)", () => {
    const { members, gap } = stand(whole(0, member("101")), change(1, member("102")));
    expect(members).toEqual({ 101: "kept", 102: "told" });
    expect(gap).toBe(false);
  });

  it.each([
    ["a version is missing", 2],
    ["the version is the last one again", 0],
  ])("doubts whom a partial one does not name when %s", (_, version) => {
    const { members, gap } = stand(whole(0, member("101"), member("102")), change(version, member("102")));
    expect(members).toEqual({ 101: "doubtful", 102: "told" });
    expect(gap).toBe(true);
  });

  it("knows only what a partial one names when that is the first", () => {
    expect(stand(change(5, member("101")))).toMatchObject({ members: { 101: "told" }, gap: true });
  });

  it("believes a full one of any version: Asterisk counts from 0 again after a restart", () => {
    const { members, gap } = stand(whole(17, member("101")), whole(0, member("101")), change(1, member("101")));
    expect([members, gap]).toEqual([{ 101: "told" }, false]);
  });

  it.each([
    ["no instance", "", "does not know the state of"],
    ["a pending one", '<instance id="a" state="pending"/>', "is not yet allowed to tell the state of"],
    [
      "one that ended",
      '<instance id="a" state="terminated" reason="noresource"/>',
      "no longer tells (noresource) the state of",
    ],
    [
      "one that ended with a body",
      '<instance id="a" state="terminated" cid="b1-0@pbx.test"/>',
      "no longer tells (without a reason) the state of",
    ],
    [
      "an unknown state",
      '<instance id="a" state="asleep" cid="b1-0@pbx.test"/>',
      "no longer tells (without a reason) the state of",
    ],
    ["no cid", '<instance id="a" state="active"/>', "says nothing of"],
    ["a cid of nothing", '<instance id="a" state="active" cid="other@pbx.test"/>', "says nothing of"],
    [
      "two instances",
      '<instance id="a" state="active" cid="b1-0@pbx.test"/><instance id="b" state="active"/>',
      "tells of several phones under",
    ],
  ])("does not vouch for a member with %s, and says so until it does", (_, instances, why) => {
    const first = whole(0, { ...member("101"), instances }, member("102"));
    expect(stand(first).members).toEqual({ 101: why, 102: "told" });
    expect(stand(first, change(1, member("102"))).members).toEqual({ 101: why, 102: "told" });
    expect(stand(first, change(1, member("101"))).members).toEqual({ 101: "told", 102: "kept" });
    expect(stand(first, change(9)).members).toEqual({ 101: why, 102: "doubtful" });
  });

  it("does not take a report that was cut off for one of idle lines", () => {
    const { contentType, body } = whole(0, member("101"), member("102"));
    const last = body.lastIndexOf("<dialog-info");
    expect(stand({ contentType, body: body.slice(0, last) }).members).toEqual({ 101: "told", 102: "says nothing of" });
    expect(stand({ contentType, body: body.slice(0, last - 10) }).members).toEqual({
      101: "told",
      102: "says nothing of",
    });
  });

  it.each([
    ["dialog-info of one line", { contentType: DIALOG_INFO, body: "<x/>" }, "the body is not multipart/related"],
    [
      "a body that begins with something else",
      { contentType: "multipart/related;boundary=b", body: `--b\r\nContent-Type: ${DIALOG_INFO}\r\n\r\n<x/>\r\n--b--` },
      "the body does not begin with a resource list",
    ],
    [
      "a list that is cut off",
      { contentType: "multipart/related;boundary=b", body: "--b\r\nContent-Type: application/rlmi+xml\r\n\r\n<list" },
      "the document is not well-formed XML",
    ],
  ])("is not %s", (_, body, problem) => {
    expect(stand(whole(0, member("101")), body).problem).toContain(problem);
  });
});

describe("a list within a list", () => {
  const team = (version: number, full: boolean, ...members: TestMember[]) =>
    inner({ uri: uriOf("team"), version, full, members, boundary: `t${version}` });

  it("adds its members, and counts its own versions", () => {
    const first = whole(0, member("101"), team(7, true, member("201"), member("202")));
    expect(stand(first).members).toEqual({ 101: "told", 201: "told", 202: "told" });
    const second = change(1, team(8, false, member("202")));
    expect(stand(first, second)).toMatchObject({ members: { 101: "kept", 201: "kept", 202: "told" }, gap: false });
    expect(stand(first, second, change(2, member("101")))).toMatchObject({
      members: { 101: "told", 201: "kept", 202: "kept" },
      gap: false,
    });
  });

  it("with a gap doubts its own members only; with one around it, its members too", () => {
    const first = whole(0, member("101"), team(7, true, member("201"), member("202")));
    expect(stand(first, change(1, team(9, false, member("202"))))).toMatchObject({
      members: { 101: "kept", 201: "doubtful", 202: "told" },
      gap: true,
    });
    expect(stand(first, change(5))).toMatchObject({
      members: { 101: "doubtful", 201: "doubtful", 202: "doubtful" },
      gap: true,
    });
    // The list around it was lost once, but this one is told whole.
    expect(stand(first, change(5, team(9, true, member("202")))).members).toEqual({ 101: "doubtful", 202: "told" });
  });

  it("that cannot be read leaves its members in doubt, and those of others alone", () => {
    const first = whole(0, member("101"), team(7, true, member("201")));
    const broken: TestMember = { uri: uriOf("team"), type: "multipart/related;boundary=x", body: "nothing" };
    expect(stand(first, change(1, broken))).toMatchObject({ members: { 101: "kept", 201: "doubtful" }, gap: true });
    expect(stand(whole(0, member("101"), broken))).toMatchObject({ members: { 101: "told" }, gap: true });
  });

  it("goes no deeper than four", () => {
    const nested = (depth: number): TestList & { uri: string } => ({
      uri: uriOf(`list${depth}`),
      version: 0,
      full: true,
      boundary: `d${depth}`,
      members: [member(`10${depth}`), ...(depth < 6 ? [inner(nested(depth + 1))] : [])],
    });
    expect(stand(listOf(nested(1)))).toMatchObject({
      members: { 101: "told", 102: "told", 103: "told", 104: "told" },
      gap: true,
    });
  });
});

describe("over any sequence of lists", () => {
  const LINES = ["101", "102", "103"];
  const step = fc.record({ skip: fc.boolean(), full: fc.boolean(), lines: fc.subarray(LINES) });

  it("no line is believed that was not told since the last gap, or by the last full list", () => {
    let kept = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        let known: KnownList | undefined;
        let version = 0;
        const told = new Set<string>();
        const believed = new Set<string>();
        for (const { skip, full, lines } of steps) {
          version += skip ? 2 : 1;
          if (full || skip || known === undefined) told.clear();
          const { contentType, body } = listOf({ version, full, members: lines.map((line) => member(line)) });
          const folded = foldList(known, contentType, body);
          if (!folded.ok) throw new Error(folded.problem);
          for (const line of lines) told.add(line);
          for (const line of LINES) {
            const standing = folded.members.get(uriOf(line))?.kind;
            if (standing === "told") believed.add(line);
            else if (standing !== "kept") believed.delete(line);
            else if (believed.has(line)) kept++;
          }
          expect([...believed].sort()).toEqual([...told].sort());
          known = folded.list;
        }
      }),
    );
    expect(kept).toBeGreaterThan(20);
  });
});
