import type { Hours } from "../domain/hours.ts";
import { wanting } from "./fields.ts";

/** As Date.getDay() counts them. */
const DAYS: readonly string[] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];

/** What editors hold against it; parseHours says what is wrong. */
export const HOURS_PATTERN =
  "^\\s*([A-Za-z][A-Za-z, -]*\\s)?\\s*([01]\\d|2[0-3]):[0-5]\\d\\s*-\\s*(([01]\\d|2[0-3]):[0-5]\\d|24:00)\\s*$";

/**
 * Reads one span of the week: days, if it is not every day, and then a time of day to another, past midnight where the
 * second is not after the first. Returns what is wrong with it for a person, if anything is.
 */
export function parseHours(written: string): Hours | string {
  if (/[–—]/.test(written)) return "holds a dash that is not a plain -; write mon-fri, or 08:00-18:00";
  const words = written
    .trim()
    .toLowerCase()
    .replaceAll(/\s*([,-])\s*/g, "$1")
    .split(/\s+/);
  const at = words.findIndex((word) => /\d/.test(word));
  if (at < 0) {
    return words.every((word) => word === "")
      ? wanting('hours such as "mon-fri 08:00-18:00"')({ input: "" })
      : 'says no time; write one after the days, such as "mon-fri 08:00-18:00"';
  }
  const [days, ...moreDays] = words.slice(0, at);
  const [times = "", ...rest] = words.slice(at);
  if (/^[a-z]/.test(times)) return 'a blank stands between days and time, such as "mon-fri 08:00-18:00"';
  if (times.includes(",") || rest.some((word) => /\d/.test(word))) {
    return 'holds more than one span; write a list, such as ["mon-fri 08:00-18:00", "sat 09:00-12:00"]';
  }
  if (rest.length > 0) return 'the days stand before the time, such as "mon-fri 08:00-18:00"';
  if (moreDays.length > 0) return 'days are joined by , or by -, such as "mon-fri,sun 08:00-18:00"';

  const weekdays = days === undefined ? EVERY_DAY : parseDays(days);
  if (typeof weekdays === "string") return weekdays;
  const span = parseTimes(times);
  return typeof span === "string" ? span : { weekdays, ...span, text: written.trim() };
}

function parseDays(written: string): number[] | string {
  const found = new Set<number>();
  for (const part of written.split(",")) {
    const [first = "", last = first, ...more] = part.split("-");
    const [from, to] = [dayOf(first), dayOf(last)];
    if (typeof from === "string") return from;
    if (typeof to === "string") return to;
    if (more.length > 0) return `${part} is no range of days; write two days, such as mon-fri`;
    for (let day = from; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === to) break;
    }
  }
  return [...found].sort();
}

function dayOf(written: string): number | string {
  const day = DAYS.indexOf(written);
  if (day >= 0) return day;
  const meant = DAYS.find((name) => written.startsWith(name));
  const mend = meant === undefined ? "the days are mon, tue, wed, thu, fri, sat, sun" : `write ${meant}`;
  return written === "" ? `a day is missing beside , or -; ${mend}` : `there is no day ${written}; ${mend}`;
}

function parseTimes(written: string): Pick<Hours, "from" | "to"> | string {
  const [first = "", last, ...more] = written.split("-");
  if (last === undefined || last === "" || first === "") {
    return "says only one time; write from when to when, such as 08:00-18:00";
  }
  if (more.length > 0) return wanting("one time to another, such as 08:00-18:00")({ input: written });
  const [from, to] = [minuteOf(first), minuteOf(last)];
  if (typeof from === "string") return from;
  if (typeof to === "string") return to;
  if (from === 1440) return "24:00 is the end of a day; write 00:00 for its beginning";
  if (from === to) return `begins and ends at ${first}; write 00:00-24:00 for the whole day`;
  return { from, to };
}

function minuteOf(written: string): number | string {
  const [, hours = "", minutes = ""] = /^(\d\d):(\d\d)$/.exec(written) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  if (hours !== "" && Number(minutes) < 60 && minute <= 1440) return minute;
  const mend = /^\d:\d\d$/.test(written) ? `write 0${written}` : "write one from 00:00 to 24:00, such as 08:30";
  return `${written} is no time of day; ${mend}`;
}
