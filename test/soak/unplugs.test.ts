import { expect, test } from "vitest";
import { unplugs } from "../real/serial/unplugs.ts";
import { say, spread, times } from "./record.ts";

const BENCHES = 4;

test("unplugs of a sidecar at random bytes", async () => {
  const each = times(200 / BENCHES);
  const all = await Promise.all(Array.from({ length: BENCHES }, (_, i) => unplugs(100 + i, each)));
  const wrong = all.flatMap((bench) => bench.wrong);
  const back = all.flatMap((bench) => bench.back);
  say(
    `unplugs: ${back.length} of a sidecar of 24 lamps at random bytes, its lamps changing all the time: up again after ` +
      `${spread(back)}; wrong lamps 2 s after the return: ${wrong.length}`,
  );
  expect(wrong).toEqual([]);
  expect(back).toHaveLength(each * BENCHES);
});
