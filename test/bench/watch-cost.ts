import { join } from "node:path";
import { putBit } from "../../sim/bit-file.ts";
import { Bits } from "./bits.ts";
import { now, pause } from "./figures.ts";

/** How long after a write by itself the load generator sees it, µs: what is in every lamp figure beside the lamp. */
export async function watchCost(place: string): Promise<number[]> {
  const bits = new Bits(place);
  bits.look();
  const seen: number[] = [];
  for (let i = 0; i < 200; i++) {
    const light = bits.nextLight(0);
    const written = now();
    putBit(join(bits.folder, "led_0"), i % 2 === 0);
    seen.push((await light) - written);
    await pause(2);
  }
  bits.remove();
  return seen;
}
