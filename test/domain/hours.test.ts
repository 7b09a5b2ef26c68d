import { expect, test } from "vitest";
import { type Hours, localTime, within } from "../../firmware/domain/hours.ts";

const office: Hours = { weekdays: [1, 2, 3, 4, 5], from: 8 * 60, to: 17 * 60, text: "Mon-Fri 08:00-17:00" };
const night: Hours = { weekdays: [6], from: 22 * 60, to: 6 * 60, text: "Sat 22:00-06:00" };
const always: Hours = { weekdays: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1440, text: "always" };

test("a span holds its first minute and not its last, on its days alone", () => {
  const at = (weekday: number, minute: number) => within([office], { weekday, minute });
  expect([at(1, 479), at(1, 480), at(5, 1019), at(5, 1020), at(0, 600)]).toEqual([false, true, true, false, false]);
});

test("a span past midnight belongs to the day on which it begins, the week's end included", () => {
  const at = (weekday: number, minute: number) => within([night], { weekday, minute });
  expect([at(6, 1319), at(6, 1320), at(0, 359), at(0, 360), at(6, 100), at(5, 1400)]).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("every minute of the week lies in a whole day, and none in no span", () => {
  for (let weekday = 0; weekday < 7; weekday++) {
    for (let minute = 0; minute < 1440; minute++) {
      if (!within([always], { weekday, minute })) throw new Error(`${weekday} ${minute}`);
      if (within([], { weekday, minute })) throw new Error(`${weekday} ${minute}`);
    }
  }
});

test("the time on the wall is the local one", () => {
  expect(localTime(new Date(2026, 2, 1, 9, 30, 59))).toEqual({ weekday: 0, minute: 570 });
});
