import { cpuUsage } from "node:process";
import type { CallState } from "./dialog-info.ts";
import { now, pause } from "./figures.ts";
import { KEYS, lampBit, lineOf } from "./layout.ts";
import type { Subject } from "./subject.ts";

/** Between two NOTIFYs one at a time, in ms: a lamp is then lit 2.6 times a second, and blfd lets none be lit more than 3 times. */
const SPACING = 12;
const HELD = 20;

export interface Paced {
  /** All in µs. */
  readonly answer: number[];
  readonly lamp: number[];
  /** At the broker, where there is one. */
  readonly published: number[];
  readonly cpu: number[];
}

/**
 * Lines ring and stop ringing in turn, one NOTIFY outstanding: each is done when its 200 and its lamp, if it has one, have been seen.
 *
 * @param publication when the lamp of this key reached the broker
 */
export async function oneAtATime(
  { pbx, bits, lamps, process }: Subject,
  notifies: number,
  publication?: (key: number) => Promise<number>,
): Promise<Paced> {
  const seen: Paced = { answer: [], lamp: [], published: [], cpu: [] };
  const before = process.cpu();
  for (let i = 0; i < notifies; i++) {
    const key = KEYS[(i >> 1) % KEYS.length] ?? 1;
    const [light, published] = [lamps ? bits.nextLight(lampBit(key)) : undefined, publication?.(key)];
    const { sent, answered } = pbx.notify(lineOf(key), i % 2 === 0 ? "early" : "terminated");
    const [answeredAt, litAt, publishedAt] = await Promise.all([answered, light, published]);
    seen.answer.push(answeredAt - sent);
    if (litAt !== undefined) seen.lamp.push(litAt - sent);
    if (publishedAt !== undefined) seen.published.push(publishedAt - sent);
    await pause(SPACING);
  }
  seen.cpu.push((process.cpu() - before) / notifies);
  return seen;
}

export interface Flood {
  /** NOTIFY → 200, µs. */
  readonly answer: number[];
  readonly perSecond: number[];
  readonly cpu: number[];
  /** CPU time of the load generator by time, in percent: near 100 it is what limits. */
  readonly generator: number[];
}

/** Every line has one NOTIFY outstanding, for so many ms. Nobody looks at the lamps meanwhile. */
export async function allAtOnce({ pbx, bits, process }: Subject, duration: number): Promise<Flood> {
  bits.lookAway();
  const answer: number[] = [];
  const [from, before, own] = [now(), process.cpu(), cpuUsage()];
  const end = from + duration * 1000;
  await Promise.all(
    KEYS.map(async (key) => {
      let state: CallState = "terminated";
      do {
        state = state === "early" ? "terminated" : "early";
        const { sent, answered } = pbx.notify(lineOf(key), state);
        answer.push((await answered) - sent);
      } while (now() < end || state === "early");
    }),
  );
  const [cpu, took] = [process.cpu() - before, now() - from];
  const { user, system } = cpuUsage(own);
  bits.look();
  return {
    answer,
    perSecond: [(answer.length / took) * 1e6],
    cpu: [cpu / answer.length],
    generator: [((user + system) / took) * 100],
  };
}

/**
 * Presses ringing keys in turn: from before the write of the key's file, or what stands for a key, to the INVITE, µs.
 */
export async function presses({ pbx, press, release }: Subject, count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < count; i++) {
    const key = KEYS[i % KEYS.length] ?? 1;
    await pbx.notify(lineOf(key), "early").answered;
    await pause(HELD / 2);
    const invite = pbx.nextInvite();
    const pressed = now();
    press(key);
    seen.push((await invite) - pressed);
    await pause(HELD);
    release(key);
    await pbx.notify(lineOf(key), "terminated").answered;
    await pause(HELD / 2);
  }
  return seen;
}

/** Every line idle, and their lamps free to flash again. */
export async function calm({ pbx }: Subject): Promise<void> {
  await Promise.all(KEYS.map((key) => pbx.notify(lineOf(key), "terminated").answered));
  await pause(1200);
}

/** A keepalive's own wake-ups: it falls due, it is answered, and sip.js ends its transaction a turn later. */
const WAKE_UPS_OF_A_KEEPALIVE = 3;

export interface Idle {
  /** All a minute. */
  readonly wakeUps: number[];
  readonly keepalives: number[];
  /** Wake-ups that no keepalive is the reason of. */
  readonly beyond: number[];
}

/** Nothing rings, nothing flashes, for so many ms. */
export async function idle({ pbx, process }: Subject, duration: number): Promise<Idle> {
  const [from, wakeUps, keepalives] = [now(), process.wakeUps(), pbx.keepalives];
  await pause(duration);
  const aMinute = (count: number): number => (count * 60e6) / (now() - from);
  const [woken, asked] = [process.wakeUps() - wakeUps, pbx.keepalives - keepalives];
  const beyond = Math.max(0, woken - asked * WAKE_UPS_OF_A_KEEPALIVE);
  return { wakeUps: [aMinute(woken)], keepalives: [aMinute(asked)], beyond: [aMinute(beyond)] };
}
