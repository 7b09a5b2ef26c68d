import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMMANDS, readCommand } from "../../firmware/mqtt/command.ts";

describe("a command's payload", () => {
  test.each([
    ["lamp-test", "{}", { command: { verb: "lamp-test" } }],
    ["reload", '{"id":"a7"}', { id: "a7", command: { verb: "reload" } }],
    ["identify", " {}\n", { command: { verb: "identify" } }],
    ["identify", '{"key":"3","id":"x"}', { id: "x", command: { verb: "identify", key: "3" } }],
    ["identify", '{"key":3}', { command: { verb: "identify", key: "3" } }],
    ["identify", '{"bank":"left"}', { command: { verb: "identify", bank: "left" } }],
  ])("%s %s", (verb, text, reading) => {
    expect(readCommand(verb, text)).toEqual(reading);
  });

  test.each([
    ["pickup", "{}", 'there is no command "pickup"; the commands are lamp-test, identify, reload'],
    ["__proto__", "{}", 'there is no command "__proto__"; the commands are lamp-test, identify, reload'],
    ["reload", "now", 'the payload is no JSON map; send {}, or such as {"id":"1"}'],
    ["identify", "[3]", 'the payload is no JSON map; send {}, or such as {"key":"3"}'],
    ["identify", "null", 'the payload is no JSON map; send {}, or such as {"key":"3"}'],
    ["identify", `{"key":"${"3".repeat(1000)}"}`, 'the payload is no JSON map; send {}, or such as {"key":"3"}'],
    ["lamp-test", '{"key":"3"}', '"key" means nothing to lamp-test; it knows id'],
    ["identify", '{"keys":"3"}', '"keys" means nothing to identify; it knows id, key, bank'],
    ["identify", '{"__proto__":"3"}', '"__proto__" means nothing to identify; it knows id, key, bank'],
    ["identify", '{"key":["3"]}', 'key is not a name, such as "3"'],
    ["identify", '{"key":"3","bank":"left"}', "identify takes a key or a bank, not both"],
    ["reload", '{"id":7}', "id is not a text of 1 to 64 characters"],
    ["reload", '{"id":""}', "id is not a text of 1 to 64 characters"],
  ])("%s %s is refused", (verb, text, why) => {
    expect(readCommand(verb, text)).toMatchObject({ refusal: { result: "refused", why } });
  });

  test("of what is not switched on is refused, and of what is not there, by what is", () => {
    const allowed = ["identify"] as const;
    expect(readCommand("identify", "{}", allowed)).toEqual({ command: { verb: "identify" } });
    expect(readCommand("reload", "{}", allowed)).toMatchObject({
      refusal: { why: "reload is not switched on; write it in mqtt.commands of this panel" },
    });
    expect(readCommand("x", "{}", allowed)).toMatchObject({
      refusal: { why: 'there is no command "x"; the commands are identify' },
    });
  });

  test("a refusal of what has an id has it, too", () => {
    expect(readCommand("identify", '{"id":"x","keys":1}')).toMatchObject({ id: "x", refusal: { result: "refused" } });
  });

  test("over any bytes: nothing is thrown, and nothing but a map is a command", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom<string>(...COMMANDS), fc.string()),
        fc.oneof(fc.json(), fc.string()),
        (verb, text) => {
          const reading = readCommand(verb, text);
          if ("command" in reading) expect(text.trim()[0]).toBe("{");
          else expect(reading.refusal).toMatchObject({ result: "refused", why: expect.any(String) });
        },
      ),
    );
  });
});
