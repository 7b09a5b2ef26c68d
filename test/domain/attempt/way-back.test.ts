import { describe, expect, test } from "vitest";
import type { AttemptCommand } from "../../../firmware/domain/attempt/attempt.ts";
import {
  beginWayBack,
  hasArrived,
  PATIENCE,
  REFUSALS,
  SILENCE,
  stepWayBack,
} from "../../../firmware/domain/attempt/way-back.ts";
import { at, ended, type Heard, phone, referred, sipfrag, time } from "./heard.ts";

function follow(events: readonly Heard[], busy = false) {
  let { wayBack, commands } = beginWayBack(busy, 0);
  const said: AttemptCommand[] = [...commands];
  for (const [at, event] of events) {
    ({ wayBack, commands } = stepWayBack(wayBack, event, at));
    said.push(...commands);
  }
  return { fate: wayBack.fate, code: wayBack.code, refers: said.filter(({ kind }) => kind === "refer").length };
}

const accepted: Heard = at(10, referred("caller"));
const no = (moment: number): Heard => at(moment, sipfrag("caller", 404));

describe("the caller's way back", () => {
  test.each<[string, readonly Heard[], string, number]>([
    ["the line rings again", [accepted, at(20, sipfrag("caller", 180, false))], "back", 1],
    ["the PBX has tried it", [accepted, at(20, sipfrag("caller", 100, false))], "referred", 1],
    ["somebody has answered", [accepted, at(20, sipfrag("caller", 200))], "back", 1],
    ["the PBX does not say what became of it", [accepted, at(20, sipfrag("caller", 0))], "back", 1],
    ["the PBX ends the leg", [accepted, at(20, ended("caller"))], "back", 1],
    ["the caller hangs up", [at(5, ended("caller"))], "hung-up", 1],
    ["the REFER is refused", [at(10, referred("caller", 603))], "lost", 1],
    ["the leg is unknown to a PBX that was killed", [at(10, referred("caller", 481))], "lost", 1],
    ["the REFER came too early", [accepted, at(11, sipfrag("caller", 400)), at(16, time)], "referred", 2],
    [
      "the same, and the sipfrag overtook the 202",
      [at(9, sipfrag("caller", 400)), accepted, at(15, time)],
      "referred",
      2,
    ],
    ["there is no link", [at(10, referred("caller", 503)), at(10 + PATIENCE, time)], "referred", 2],
    ["it is not answered", [at(32_000, referred("caller", 408)), at(32_000 + PATIENCE, time)], "referred", 2],
    ["an earlier REFER is not answered yet", [at(1, referred("caller", 491)), at(1 + PATIENCE, time)], "referred", 2],
    ["the PBX says nothing after its 202", [accepted, at(10 + SILENCE, time)], "referred", 2],
    ["the PBX says no, perhaps to an earlier REFER", [accepted, no(20)], "referred", 1],
    ["the same, and then it works", [accepted, no(20), at(30, sipfrag("caller", 180, false))], "back", 1],
    [
      "the PBX goes on saying no",
      [accepted, no(20), at(20 + PATIENCE, time), no(530), at(530 + PATIENCE, time), no(1040)],
      "lost",
      REFUSALS,
    ],
    [
      "something happens to other legs",
      [at(5, ended("phone")), at(6, referred("phone", 603)), at(7, sipfrag("phone", 503)), at(8, phone("idle"))],
      "referred",
      1,
    ],
  ])("%s", (_, events, fate, refers) => {
    expect(follow(events)).toMatchObject({ fate, refers });
  });

  test("says why it is lost", () => {
    expect(follow([at(10, referred("caller", 403))]).code).toBe(403);
    expect(follow([accepted, no(20), at(520, time), no(530), at(1030, time), no(1040)]).code).toBe(404);
  });

  test.each<[string, readonly Heard[], number]>([
    ["is not accepted with its 202", [accepted], 0],
    ["is refused", [at(10, referred("caller", 603))], 1],
    ["comes to its end", [accepted, at(20, sipfrag("caller", 503))], 1],
    ["takes too long", [accepted, at(PATIENCE, time)], 1],
  ])("waits for an earlier REFER, until that %s", (_, events, refers) => {
    expect(follow(events, true).refers).toBe(refers);
  });

  test("has an end, after which nothing is sent", () => {
    const end: readonly Heard[] = [accepted, at(20, sipfrag("caller", 180, false))];
    expect(follow([...end, at(21, referred("caller", 603)), no(22), at(9000, time)])).toMatchObject({
      fate: "back",
      refers: 1,
    });
    expect(hasArrived(beginWayBack(false, 0).wayBack)).toBe(false);
  });
});
