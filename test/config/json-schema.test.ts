import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonSchema, SCHEMA_NAMES } from "../../firmware/config/json-schema.ts";

const boardConfigs = resolve(import.meta.dirname, "../../board-configs");

describe("the JSON Schemas in board-configs", () => {
  // After a change of a schema: npx vitest run test/config/json-schema.test.ts --update
  test.each(SCHEMA_NAMES)("%s is what the code says", async (name) => {
    await expect(jsonSchema(name)).toMatchFileSnapshot(resolve(boardConfigs, `${name}.schema.json`));
  });

  test("the settings' schema knows the keys, their defaults and what is required", () => {
    const schema = JSON.parse(jsonSchema("settings"));
    expect(schema.required).toEqual(["panel", "board", "pbx", "keys"]);
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties.pbx.properties.alive).toMatchObject({ type: "string", default: "5s" });
    expect(schema.properties.pbx.properties.password.type).toBe("object");
    const key = schema.properties.keys.additionalProperties;
    expect(key.properties.line.type).toEqual(["string", "number"]);
    expect(key.oneOf).toEqual(["line", "group", "park", "action"].map((kind) => ({ required: [kind] })));
  });
});

describe("every YAML file that is shipped", () => {
  const shipped = readdirSync(boardConfigs, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".yaml"),
  );

  test("there are some of each kind", () => {
    expect(new Set(shipped.map((file) => file.split("/")[0]))).toEqual(
      new Set(["boards", "examples", "panels", "phones", "profiles", "scenarios", "schemes"]),
    );
  });

  test.each(shipped)("%s names its schema for editors", (file) => {
    const path = resolve(boardConfigs, file);
    const [, schema = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(path, "utf8")) ?? [];
    const [folder = ""] = file.split("/");
    const ofPanel: Readonly<Record<string, string>> = { blfd: "settings", board: "board", scenario: "scenario" };
    const kinds = { examples: "settings", panels: ofPanel[basename(file, ".yaml")] };
    const kind = { ...kinds }[folder] ?? folder.replace(/s$/, "");
    expect(resolve(dirname(path), schema)).toBe(resolve(boardConfigs, `${kind}.schema.json`));
  });
});
