import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { disk, type Files } from "../../firmware/config/files.ts";
import { loadProfile, loadSettings } from "../../firmware/config/load.ts";
import { complaints } from "./panel-files.ts";

const boardConfigs = resolve(import.meta.dirname, "../../board-configs");

function panelWith(profile: string, more = ""): ReturnType<typeof loadSettings> {
  const settings = `panel: desk
board: sim-16
scheme: default
pbx:
  profile: ${profile}
  server: sip:pbx.example.org
  user: panel1
  password: { env: WORD }
keys:
  1: { line: "101" }
  2: { line: "102" }
${more}`;
  const files: Files = { ...disk, read: (path) => (path === "blfd.yaml" ? settings : disk.read(path)) };
  return loadSettings("blfd.yaml", { boardConfigs, env: { WORD: "word" }, files });
}

describe.each(["kamailio", "generic"])("the shipped profile %s", (name) => {
  test("has no codes, and takes no idle line for offline", () => {
    const loaded = loadProfile(name, { boardConfigs });
    expect(loaded).toMatchObject({ ok: true, value: { name, watch: "dialog", pickup: {}, offline: "never" } });
    expect(loaded.ok && "intercom" in loaded.value).toBe(false);
  });

  test("is enough for a panel that only watches", () => {
    expect(panelWith(name)).toMatchObject({ ok: true, settings: { profile: { name }, pickup: { landings: [] } } });
  });

  test("asks for the codes of one that picks up", () => {
    const told = complaints(panelWith(name, 'scope: pbx\npickup:\n  phone: { line: "102" }\n'));
    expect(told).toEqual([
      expect.stringMatching(`^blfd.yaml:\\d+:\\d+: pbx.profile: ${name} has no code for directed pickup`),
      expect.stringMatching(`profile ${name} has no intercom code`),
    ]);
  });
});
