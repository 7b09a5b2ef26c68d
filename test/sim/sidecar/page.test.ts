import { describe, expect, it } from "vitest";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { crcOf } from "../../../sim/sidecar/crc.ts";
import { SimSidecar } from "../../../sim/sidecar/sidecar.ts";
import { CONVERSATIONS, cast, type Event, VECTORS } from "../../sidecar-page.ts";

describe("the simulated sidecar and its page", () => {
  it("has the CRC of the test vectors", () => {
    expect(VECTORS.length).toBeGreaterThan(3);
    for (const [text, crc] of VECTORS) expect([text, crcOf(text)]).toEqual([text, crc]);
  });

  it("refuses DIM where it cannot be dimmed, and a brightness that is none", () => {
    const clock = new ManualClock(0);
    for (const dims of [true, false]) {
      const said: string[] = [];
      const sim = new SimSidecar({ dims, clock, send: (bytes) => said.push(bytes.toString("latin1")) });
      sim.powerOn();
      for (const body of ["HELLO 1 1", "DIM 2 0", "DIM 3 101", "DIM 4 7"]) {
        sim.receive(Buffer.from(`>0 ${body}*${crcOf(`>0 ${body}`)}\n`));
      }
      const answers = said.slice(2).map((line) => line.replace(/\*.*/s, ""));
      expect(answers).toEqual(["<0 NAK 2 message", "<0 NAK 3 message", dims ? "<0 ACK 4" : "<0 NAK 4 message"]);
      expect(sim.brightness).toBe(dims ? 7 : 100);
    }
  });

  it.each(CONVERSATIONS)("answers as in conversation %#", (...steps) => {
    const clock = new ManualClock(0);
    const said: string[] = [];
    const sim = new SimSidecar({ ...cast(steps), clock, send: (bytes) => said.push(bytes.toString("latin1")) });
    for (const step of steps) {
      if (step.kind === "host") sim.receive(Buffer.from(`${step.line}\n`));
      else if (step.kind === "module") expect(said.shift()).toBe(`${step.line}\n`);
      else if (step.kind === "event") happens(step, sim, clock);
      // What it says is said before anything else happens.
      if (step.kind === "event") expect(said.length).toBeLessThan(2);
    }
    expect(said).toEqual([]);
  });
});

function happens({ text }: Event, sim: SimSidecar, clock: ManualClock): void {
  const [, key, move] = /^key (\d+) (closes|opens)$/.exec(text) ?? [];
  const pause = /^(\d+) ms pass/.exec(text)?.[1];
  const dimmed = /^it is dimmed to (\d+) percent$/.exec(text)?.[1];
  const lit = /^lit: (.*)$/.exec(text)?.[1];
  if (key !== undefined) {
    if (move === "closes") sim.close(Number(key));
    else sim.open(Number(key));
  } else if (pause !== undefined) clock.advance(Number(pause));
  else if (lit !== undefined) expect(litOf(sim)).toBe(lit);
  else if (dimmed !== undefined) expect(sim.brightness).toBe(Number(dimmed));
  else if (text === "the module starts") sim.powerOn();
  else expect(text).toMatch(/^(?:module \d|the host )/);
}

function litOf(sim: SimSidecar): string {
  const lamps = Array.from({ length: sim.keys }, (_, i) => [i + 1, sim.lit(i + 1).join()] as const);
  const lit = lamps.filter(([, colours]) => colours !== "").map(([key, colours]) => `${key} ${colours}`);
  return lit.length === 0 ? "nothing" : lit.join(", ");
}
