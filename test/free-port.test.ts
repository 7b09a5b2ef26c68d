import { expect, test } from "vitest";
import { freePort } from "./real/free-port.ts";

test("a port that was given is not given again, while whoever has it does not listen yet", async () => {
  const ports = new Set<number>();
  for (let asked = 0; asked < 400; asked++) ports.add(await freePort());
  expect(ports.size).toBe(400);
});
