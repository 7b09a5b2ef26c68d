import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LAMP_TEST } from "../firmware/domain/attendant.ts";
import { ALERT, PAUSE, TONES } from "../firmware/domain/sound.ts";
import { ALIVE, BUZZER, SPARE, Station, ZONE } from "./station.ts";

let station: Station;
beforeEach(async () => {
  station = new Station();
  await station.begin();
});
afterEach(() => station.stop());

const beats = (): boolean => {
  const [lit = 0, dark = 0, again = 0] = station.watch(ALIVE, 4000).slice(1);
  return lit === 1000 || dark === 1000 || again === 1000;
};

describe("the alive lamp on its bit", () => {
  test("beats, a second lit and a second dark, and not while the link or a bank is gone", () => {
    expect(beats()).toBe(true);
    station.agent.link(false, "no answer");
    expect(station.watch(ALIVE, 5000)).toEqual([0, 5000]);
    station.agent.link(true);
    expect(beats()).toBe(true);
    station.wall.unplug();
    expect(station.watch(ALIVE, 5000)).toEqual([0, 5000]);
    station.wall.plug();
    expect(beats()).toBe(true);
  });

  test("shows itself again after a lamp test, and is dark at the end, like every lamp", async () => {
    station.press(4);
    expect(station.watch(ALIVE, 2000)).toEqual([2000]);
    expect([station.wall.lit(SPARE), station.wall.lit(ZONE)]).toEqual([true, true]);
    station.clock.advance(LAMP_TEST);
    expect([station.wall.lit(SPARE), station.wall.lit(ZONE)]).toEqual([false, false]);
    expect(beats()).toBe(true);
    station.line("101", "early");
    await station.stop();
    expect(station.wall.outputs).toBe(0);
    station.clock.advance(5000);
    expect(station.wall.outputs).toBe(0);
  });
});

describe("the zone lamp and the buzzer", () => {
  test("call from the first moment of a ring to its last", () => {
    expect([station.wall.lit(ZONE), station.wall.lit(BUZZER)]).toEqual([false, false]);
    station.line("101", "early");
    expect([station.wall.lit(ZONE), station.wall.lit(BUZZER)]).toEqual([true, true]);
    expect(station.watch(BUZZER, 4000)).toEqual([...ALERT, ...ALERT]);
    station.line("101", "confirmed");
    expect(station.wall.lit(BUZZER)).toBe(false);
    expect(station.watch(BUZZER, 3000)).toEqual([0, 3000]);
    expect(station.watch(ZONE, 3000)).toEqual([3000]);
  });

  test("an acknowledged ring is silent and still shown; the next one sounds again", () => {
    station.line("101", "early");
    station.press(3);
    expect(station.watch(BUZZER, 3000)).toEqual([0, 3000]);
    expect(station.watch(ZONE, 1000).length).toBeGreaterThan(3);
    station.line("102", "early");
    expect(station.wall.lit(BUZZER)).toBe(true);
  });

  test("what is lost from sight is silent at once, and so is a daemon that stops", async () => {
    station.line("101", "early");
    expect(station.wall.lit(BUZZER)).toBe(true);
    station.agent.link(false, "no answer");
    expect(station.wall.lit(BUZZER)).toBe(false);
    station.agent.link(true);
    station.clock.advance(1000);
    station.subscribed();
    station.line("102", "early");
    expect(station.wall.lit(BUZZER)).toBe(true);
    await station.stop();
    expect(station.wall.lit(BUZZER)).toBe(false);
  });

  test("a press is answered by a tone, within the alert too, which then goes on", () => {
    station.wall.close(17);
    expect(station.watch(BUZZER, 2000)).toEqual([...TONES.refused, 1500]);
    station.wall.open(17);
    station.clock.advance(1000);
    station.line("102", "early");
    station.clock.advance(100);
    station.wall.close(17);
    expect(station.watch(BUZZER, 3000).slice(0, 6)).toEqual([0, PAUSE, ...TONES.refused, PAUSE, 250, 200]);
  });

  test("a buzzer on a bank that comes back sounds only if it is still wanted", () => {
    station.line("101", "early");
    station.wall.unplug();
    station.line("101");
    station.wall.plug();
    expect(station.watch(BUZZER, 3000)).toEqual([0, 3000]);
  });

  test("a call in vain is kept in mind by the zone lamp alone, until it is acknowledged", () => {
    station.line("101", "early");
    station.clock.advance(2000);
    station.line("101");
    expect(station.watch(BUZZER, 1000)).toEqual([0, 1000]);
    expect(station.wall.lit(1)).toBe(false);
    station.clock.advance(2000 - (station.clock.now() % 2000));
    expect(station.watch(ZONE, 2000)).toEqual([1800, 200]);
    station.press(3);
    expect(station.watch(ZONE, 4000)).toEqual([0, 4000]);
  });
});
