import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOURS_PATTERN, parseHours } from "../../firmware/config/hours-text.ts";
import { within } from "../../firmware/domain/hours.ts";
import { type Broken, broken, load, toldOf } from "./panel-files.ts";

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];

describe("a span of the week", () => {
  test.each([
    ["08:00-18:00", EVERY_DAY, 480, 1080],
    ["20:00-06:00", EVERY_DAY, 1200, 360],
    ["00:00-24:00", EVERY_DAY, 0, 1440],
    ["20:00-00:00", EVERY_DAY, 1200, 0],
    ["mon-fri 08:00-18:00", [1, 2, 3, 4, 5], 480, 1080],
    ["fri-mon 08:00-18:00", [0, 1, 5, 6], 480, 1080],
    ["sat 09:00-12:00", [6], 540, 720],
    ["mon,wed,fri 09:30-09:31", [1, 3, 5], 570, 571],
    ["mon-tue,tue-thu,sun 09:00-12:00", [0, 1, 2, 3, 4], 540, 720],
    ["sun-sat 09:00-12:00", EVERY_DAY, 540, 720],
    [" Mon - Fri ,  Sun   08:00 - 18:00 ", [0, 1, 2, 3, 4, 5], 480, 1080],
  ])("%j", (written, weekdays, from, to) => {
    expect(parseHours(written)).toEqual({ weekdays, from, to, text: written.trim() });
    expect(written).toMatch(new RegExp(HOURS_PATTERN));
  });

  test.each([
    ["", 'empty; write hours such as "mon-fri 08:00-18:00"'],
    ["mon-fri", 'says no time; write one after the days, such as "mon-fri 08:00-18:00"'],
    ["08:00", "says only one time; write from when to when, such as 08:00-18:00"],
    ["08:00-", "says only one time; write from when to when, such as 08:00-18:00"],
    ["08:00-12:00-18:00", 'not "08:00-12:00-18:00" but one time to another, such as 08:00-18:00'],
    ["08:00–18:00", "holds a dash that is not a plain -; write mon-fri, or 08:00-18:00"],
    ["mon–fri 08:00-18:00", "holds a dash that is not a plain -; write mon-fri, or 08:00-18:00"],
    ["8:00-18:00", "8:00 is no time of day; write 08:00"],
    ["08:00-25:00", "25:00 is no time of day; write one from 00:00 to 24:00, such as 08:30"],
    ["08:60-18:00", "08:60 is no time of day; write one from 00:00 to 24:00, such as 08:30"],
    ["08:00-24:01", "24:01 is no time of day; write one from 00:00 to 24:00, such as 08:30"],
    ["8am-6pm", "8am is no time of day; write one from 00:00 to 24:00, such as 08:30"],
    ["24:00-06:00", "24:00 is the end of a day; write 00:00 for its beginning"],
    ["08:00-08:00", "begins and ends at 08:00; write 00:00-24:00 for the whole day"],
    ["monday 08:00-18:00", "there is no day monday; write mon"],
    ["mon-friday 08:00-18:00", "there is no day friday; write fri"],
    ["workdays 08:00-18:00", "there is no day workdays; the days are mon, tue, wed, thu, fri, sat, sun"],
    ["mon, 08:00-18:00", 'a blank stands between days and time, such as "mon-fri 08:00-18:00"'],
    ["mon-fri-08:00-18:00", 'a blank stands between days and time, such as "mon-fri 08:00-18:00"'],
    ["mon,,tue 08:00-18:00", "a day is missing beside , or -; the days are mon, tue, wed, thu, fri, sat, sun"],
    ["mon-wed-fri 08:00-18:00", "mon-wed-fri is no range of days; write two days, such as mon-fri"],
    ["mon tue 08:00-18:00", 'days are joined by , or by -, such as "mon-fri,sun 08:00-18:00"'],
    ["08:00-18:00 mon-fri", 'the days stand before the time, such as "mon-fri 08:00-18:00"'],
    [
      "mon 08:00-12:00 13:00-18:00",
      'holds more than one span; write a list, such as ["mon-fri 08:00-18:00", "sat 09:00-12:00"]',
    ],
    [
      "08:00-12:00, 13:00-18:00",
      'holds more than one span; write a list, such as ["mon-fri 08:00-18:00", "sat 09:00-12:00"]',
    ],
  ])("%j is none", (written, told) => expect(parseHours(written)).toBe(told));

  test("is what it says on every minute of the week", () => {
    const name = (day: number) => ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][day] ?? "";
    const clock = (minute: number) =>
      [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
    const day = fc.nat(6);
    const minute = fc.nat(1439);
    fc.assert(
      fc.property(day, day, minute, minute, day, minute, (first, last, from, to, weekday, now) => {
        fc.pre(from !== to);
        const hours = parseHours(`${name(first)}-${name(last)} ${clock(from)}-${clock(to)}`);
        if (typeof hours === "string") throw new Error(hours);
        const begins = (on: number) => (on - first + 7) % 7 <= (last - first + 7) % 7;
        const today = begins(weekday) && now >= from && (from > to || now < to);
        const sinceYesterday = from > to && begins((weekday + 6) % 7) && now < to;
        expect(within([hours], { weekday, minute: now })).toBe(today || sinceYesterday);
      }),
      { numRuns: 300 },
    );
  });

  test("is never misread: whatever is written, the answer is a span or a sentence", () => {
    const word = fc.constantFrom("mon", "fri", "-", ",", " ", "08:00", "24:00", "8", "x", ":", "–");
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 20 }), fc.array(word, { maxLength: 8 })), (written) => {
        const text = typeof written === "string" ? written : written.join("");
        const hours = parseHours(text);
        if (typeof hours === "string") expect(hours).toMatch(/write|stand|joined|the days are|such as/);
        else expect(text).toMatch(new RegExp(HOURS_PATTERN));
      }),
      { numRuns: 1000 },
    );
  });
});

const SCOPE = "  pickup: [desk]";

describe("the hours of a group", () => {
  const hoursOf = (written: string) => {
    const loaded = load(broken("settings", SCOPE, `${SCOPE}\n  hours: ${written}`));
    return loaded.ok ? loaded.settings.scope.hours : loaded.problems;
  };

  test("are one span or several", () => {
    const night = { weekdays: EVERY_DAY, from: 1200, to: 360, text: "20:00-06:00" };
    const saturday = { weekdays: [6], from: 540, to: 720, text: "sat 09:00-12:00" };
    expect(hoursOf('{ desk: "20:00-06:00" }')).toEqual({ desk: [night] });
    expect(hoursOf("{ desk: 20:00-06:00 }")).toEqual({ desk: [night] });
    expect(hoursOf("{ desk: [20:00-06:00, sat 09:00-12:00] }")).toEqual({ desk: [night, saturday] });
  });

  test.each<Broken>([
    [SCOPE, `${SCOPE}\n  hours: { desk: 8:00-18:00 }`, "13:18: scope.hours.desk: 8:00 is no time of day; write 08:00"],
    [
      SCOPE,
      `${SCOPE}\n  hours: { desk: [08:00-18:00, sunday 09:00-12:00] }`,
      "13:32: scope.hours.desk item 2: there is no day sunday; write sun",
    ],
    [
      SCOPE,
      `${SCOPE}\n  hours: { desk: [] }`,
      '13:18: scope.hours.desk: not an empty list but hours such as "20:00-06:00", or a list of them',
    ],
    [
      SCOPE,
      `${SCOPE}\n  hours: { desk: 8 }`,
      '13:18: scope.hours.desk: not 8 but hours such as "20:00-06:00", or a list of them',
    ],
    [
      SCOPE,
      `${SCOPE}\n  hours: 08:00-18:00`,
      '13:10: scope.hours: not "08:00-18:00" but a map of hours, such as { desk: "mon-fri 08:00-18:00" }',
    ],
    [
      SCOPE,
      `${SCOPE}\n  hours: { dsek: 08:00-18:00 }`,
      "13:12: scope.hours.dsek: there is no group dsek; did you mean desk?",
    ],
    [
      SCOPE,
      `${SCOPE}\n  hours: { kitchen: 08:00-18:00 }`,
      "13:12: scope.hours.kitchen: there is no group kitchen; the groups are desk",
    ],
    [
      SCOPE,
      `${SCOPE}\n  hours: { desk: 8:00 }\n  pikcup: []`,
      "13:18: scope.hours.desk: says only one time; write from when to when, such as 08:00-18:00",
      "14:3: scope.pikcup: unknown key; did you mean pickup?",
    ],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("settings", right, wrong)).toEqual(told);
  });

  test("of a group that may not be picked up mean nothing, which is worth a warning", () => {
    const groups = 'groups: { desk: ["101"], spare: ["105"] }';
    const settings = broken(
      "settings",
      `groups: { desk: ["101"] }\n${SCOPE}`,
      `${groups}\n${SCOPE}\n  hours: { spare: 08:00-18:00 }`,
    );
    const loaded = load(settings);
    expect(loaded.ok && loaded.warnings.map(({ line, text }) => `${line}: ${text}`)).toEqual([
      "13: scope.hours.spare: mean nothing, since scope.pickup does not name this group; add it there, or take them out",
    ]);
  });
});
