import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { conversations } from "./conversation.ts";
import { replayed } from "./replay.ts";

/** Of each conversation its name, and below it, set in, what comes of each of its dialogs. */
const EXPECTED = new URL("captures.txt", import.meta.url);

function expected(): Map<string, string[]> {
  const ends = new Map<string, string[]>();
  let dialogs: string[] = [];
  for (const line of readFileSync(EXPECTED, "utf8").split("\n")) {
    if (line.startsWith("  ")) dialogs.push(line.trim());
    else if (line !== "") {
      dialogs = [];
      ends.set(line, dialogs);
    }
  }
  return ends;
}

describe("recorded conversations of real PBXs, replayed byte for byte", () => {
  const ends = expected();

  test("none of Asterisk's is left out", () => {
    const ofAsterisk = conversations().filter((file) => !file.startsWith("kamailio-"));
    expect([...ends.keys()]).toEqual(expect.arrayContaining(ofAsterisk));
    expect(conversations()).toEqual(expect.arrayContaining([...ends.keys()]));
  });

  test.each([...ends])("%s", async (file, dialogs) => {
    expect(await replayed(file)).toEqual(dialogs);
  });
});
