import { describe, expect, test } from "vitest";
import { type Broken, GOOD, toldOf } from "./panel-files.ts";

describe("a file that is not YAML, or not what its author meant", () => {
  test.each<Broken>([
    [
      '{ line: "102" }',
      '{ dial: *80102, line: "102" }',
      '9:18: *80102… begins with a star; put it in quotes, such as "*80102"',
    ],
    [
      '["101"]',
      '["101", "104" "105"]',
      "11:33: something is not finished before here; look for a missing quote, bracket, comma or colon",
    ],
    [
      '1: { line: "101", label: Reception }',
      '2: { line: "101" }',
      "15:3: key 2 stands twice in this map; keep one of the two",
    ],
    [
      '2: { line: "105", pickup: false }',
      '__proto__: { line: "105" }',
      "15:3: this key is not a plain name; write a word or a number before the colon",
    ],
    ["keys:\n", "\tmqtt: 1\nkeys:\n", "13:1: a tab indents this line; YAML takes spaces only"],
    [
      "keys:\n",
      "mqtt: { url: mqtt://127.0.0.1\nkeys:\n",
      "14:1: a bracket is not closed, or this line is not indented as its neighbours are",
    ],
    [
      "keys:\n",
      "mqtt: !broker { url: mqtt://127.0.0.1 }\nkeys:\n",
      "13:7: a ! tag means nothing here; take it away, or put the text in quotes",
    ],
    ["keys:\n", "---\nkeys:\n", "13:1: a second document begins here; keep one per file"],
    [
      "user: panel1",
      'user: "panel1',
      "6:16: something is not finished before here; look for a missing quote, bracket, comma or colon",
    ],
    ["user: panel1", "user: @panel1", "6:9: a text cannot begin with this sign; put it in quotes"],
    [
      "user: panel1",
      "user: a: b",
      "6:9: a second colon where a value stands; put the value in quotes, or indent what belongs below the key",
    ],
    [GOOD.settings, "[".repeat(100), "1:1: nested too deep; check its brackets and its indentation"],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("settings", right, wrong)).toEqual(told);
  });
});
