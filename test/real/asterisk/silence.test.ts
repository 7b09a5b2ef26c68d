import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import { readMedia } from "../../../sim/sip/sdp.ts";
import { Panel, type PanelLeg } from "../../sim/panel.ts";
import type { Baresip } from "../baresip.ts";
import { Bell } from "../bell.ts";
import { Asterisk } from "./asterisk.ts";

const SOON = 10_000;
const TIMES = 5;
/** One packet of PCMU: 20 ms of silence (RFC 3550 §5.1). */
const packet = Buffer.concat([Buffer.from([0x80, 0, 0, 1, 0, 0, 0, 160, 0, 0, 0, 1]), Buffer.alloc(160, 0xff)]);

const clock = new SystemClock();
const pbx = new Asterisk();
let caller: Baresip;
let bell: Bell;
let panel: Panel;
let voice: Socket;

beforeAll(async () => {
  await pbx.start();
  const { host, port } = pbx;
  caller = pbx.phone("100", "manual");
  bell = new Bell("101", { host, port }, clock);
  panel = new Panel(clock, { host, port });
  voice = createSocket("udp4").bind(0, "127.0.0.1");
  await once(voice, "listening");
  await Promise.all([caller, bell, panel].map((each) => each.start()));
}, 120_000);
afterAll(async () => {
  voice.close();
  await Promise.all([bell, panel].map((each) => each.stop()));
  await pbx.stop();
});
afterEach(async () => {
  await caller.hangUp();
  await expect.poll(() => pbx.channels(), { timeout: SOON }).toBe(0);
});

/** From the INVITE to the pickup code until the phone that rang is told to stop (ms): the median. */
async function median(answered: (leg: PanelLeg) => void): Promise<Millis> {
  const took: Millis[] = [];
  for (let time = 0; time < TIMES; time++) {
    await caller.call("101");
    await bell.phone.until("ringing", SOON);
    const dialled = clock.now();
    const leg = await panel.call("**101", "sendrecv", [], voice.address().port);
    answered(leg);
    took.push((await bell.silent(SOON)) - dialled);
    await leg.bye();
    await Promise.all([caller, bell.phone].map((phone) => phone.until("idle", SOON)));
  }
  took.sort((a, b) => a - b);
  return took[Math.floor(TIMES / 2)] ?? Number.NaN;
}

test("Asterisk waits half a second for audio of whom it gave the call, before it lets the ringing phone go", async () => {
  expect(await median(() => undefined)).toBeGreaterThan(450);
});

test("a single packet is enough for it", async () => {
  const speak = ({ response }: PanelLeg): void => {
    const media = readMedia(response.body);
    if (media) voice.send(packet, media.port, media.host);
  };
  const took = await median(speak);
  process.stdout.write(`from the INVITE to the pickup code until the ringing phone is silent: ${took.toFixed(1)} ms\n`);
  // Not the half second of above, on whatever machine.
  expect(took).toBeLessThan(400);
});
