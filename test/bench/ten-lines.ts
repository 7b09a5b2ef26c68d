import { simulate } from "../../sim/index.ts";
import { digits, median, now, percentile } from "./figures.ts";
import { Measured } from "./process.ts";

/* Argument: a ready panel. What other people's tests take there: a ring, a press, its outcome, in turn with starts of a bare Node. */
const [, , panel = ""] = process.argv;
const ROUNDS = 8;
/** Tests follow upon tests, as in a file of them: another process in between would leave them cold caches. */
const IN_A_ROW = 8;

async function tenLines(): Promise<number> {
  const begun = now();
  const sim = await simulate({ panel });
  const key = sim.scene.settings.keys.find(({ kind }) => kind === "line");
  if (key?.kind !== "line") throw new Error(`${panel} has no key for a line`);
  await sim.call("201", key.line);
  await sim.until(key.id, "ringing");
  sim.press(key.id);
  const outcome = await sim.outcome();
  if (outcome !== "picked-up") throw new Error(`${panel}: ${outcome}`);
  await sim.stop();
  return (now() - begun) / 1000;
}

const first = await tenLines();
// Compiled as far as it will be.
for (let i = 0; i < 10; i++) await tenLines();
const taken: number[] = [];
const node: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  for (let i = 0; i < IN_A_ROW; i++) taken.push(await tenLines());
  node.push(await new Measured(["-e", "0"]).lifetime());
}
const [p50, bare] = [median(taken), median(node)];
process.stdout.write(
  `a simulated test on ${panel}, ms: p50 ${digits(p50)}, p90 ${digits(percentile(taken, 0.9))}, the first of a process ${digits(first)}; ` +
    `beside node -e 0, whole, ${digits(bare)}: ${digits(p50 / bare)}\n`,
);
