import { describe, expect, it } from "vitest";
import { Bus } from "../../../drivers/sidecar/bus.ts";
import { crc16 } from "../../../drivers/sidecar/crc16.ts";
import { Sidecar } from "../../../drivers/sidecar/sidecar.ts";
import { CADENCES as OURS } from "../../../firmware/domain/cadence.ts";
import type { Colour, LampState } from "../../../firmware/domain/lamp.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { CADENCES, CONVERSATIONS, cast, type Event, type Step, VECTORS } from "../../sidecar-page.ts";
import { MemoryLine } from "./memory-line.ts";
import { elapse, numbered } from "./rig.ts";

describe("the driver and the page", () => {
  it("has the CRC of the test vectors", () => {
    for (const [text, crc] of VECTORS) expect([text, crc16(text)]).toEqual([text, crc]);
  });

  it("means the same by each cadence", () => {
    expect(Object.fromEntries(CADENCES)).toEqual(OURS);
  });

  it.each(CONVERSATIONS)("asks as in conversation %#", async (...steps) => {
    const scene = new Scene(steps);
    for (const step of steps) {
      if (step.kind === "module") await scene.module(step.line);
      else if (step.kind === "host") await scene.host(step.line);
      else if (step.kind === "event") await scene.happens(step);
    }
    expect(scene.sent).toEqual([]);
  });
});

/** What the host is told before it starts. */
const DIMMED = /^the host is to dim it to (\d+) percent$/;

/** The driver, and a module that says what it is told to say. */
class Scene {
  readonly sent: string[] = [];
  readonly #clock = new ManualClock(0);
  readonly #line = new MemoryLine(this.#clock);
  readonly #sidecar: Sidecar;
  readonly #heard: string[] = [];
  readonly #id: number;
  #started = false;

  constructor(steps: readonly Step[]) {
    const { id, keys } = cast(steps);
    this.#id = id;
    const bus = new Bus({ path: "/dev/test", baud: 115200, open: this.#line.open, clock: this.#clock });
    const percent = steps.flatMap((step) => (step.kind === "event" ? (DIMMED.exec(step.text)?.[1] ?? []) : []))[0];
    const dim = percent === undefined ? {} : { dim: { percent: Number(percent), unable: () => {} } };
    this.#sidecar = new Sidecar({ name: "desk", id, keys: numbered(keys), bus, clock: this.#clock, ...dim });
    this.#sidecar.onContact((key, closed) => this.#heard.push(`${key} ${closed ? "closed" : "open"}`));
    this.#line.onSent = (bytes) => this.sent.push(Buffer.from(bytes).toString("latin1"));
  }

  async module(line: string): Promise<void> {
    this.#line.send(Buffer.from(`${line}\n`));
    await elapse(this.#clock, 0);
  }

  async host(line: string): Promise<void> {
    await elapse(this.#clock, 0);
    expect(this.sent.shift()).toBe(`${line}\n`);
  }

  async happens({ text }: Event): Promise<void> {
    const [, colour, cadence, lamp = ""] = /^the host is to show (\S+) (\S+) on (\d+)$/.exec(text) ?? [];
    const heard = /^the host has heard: (.*)$/.exec(text)?.[1];
    const pause = /^(\d+) ms pass/.exec(text)?.[1];
    if (colour !== undefined) this.#sidecar.show(lamp, { colour: colour as Colour, cadence } as LampState);
    else if (heard !== undefined) expect(this.#heard.splice(0)).toEqual([heard]);
    else if (text.endsWith("asks 7 times in vain")) await this.#inVain(Number(pause), 7);
    else if (pause !== undefined) await elapse(this.#clock, Number(pause));
    else if (text === "the host leaves") await this.#sidecar.halt();
    else if (text === "the module starts") await this.#start();
    else expect(text).toMatch(/^(?:module \d|key \d|lit: |it is dimmed |the host is to dim )/);
  }

  /** The first time, the host starts with it. What it sends before it has heard the module is in the page, too. */
  async #start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    await this.#sidecar.start();
  }

  async #inVain(pause: number, times: number): Promise<void> {
    const end = this.#clock.now() + pause;
    for (let time = 0; time < times; time++) {
      while (this.sent.length === 0) await elapse(this.#clock, 1);
      const [, seq] = /^>\d+ PING (\d+) 1\*/.exec(this.sent.shift() ?? "") ?? [];
      const answer = `<${this.#id} ACK ${seq}`;
      await this.module(`${answer}*${crc16(answer)}`);
    }
    await elapse(this.#clock, end - this.#clock.now());
  }
}
