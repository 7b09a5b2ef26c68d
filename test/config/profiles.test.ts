import { readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { disk, type Files } from "../../firmware/config/files.ts";
import { loadSettings } from "../../firmware/config/load.ts";
import type { Profile } from "../../firmware/domain/profile.ts";
import { loadProfile } from "./data-files.ts";
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

const PICKUP = 'scope: pbx\npickup:\n  phone: { line: "102" }\n';

function shipped(name: string): Profile {
  const loaded = loadProfile(name, { boardConfigs });
  if (!loaded.ok) throw new Error(`${name} is not good`);
  return loaded.value;
}

describe("the codes of the shipped profiles", () => {
  test.each([
    [
      "asterisk",
      { directed: "**{line}", ringGroup: "*9{line}", group: "*8", park: "{slot}", parking: "700" },
      "*80{phone}",
    ],
    ["asterisk-chan_sip", { directed: "**{line}", ringGroup: "*9{line}", group: "*8", park: "{slot}" }, "*80{phone}"],
    ["freepbx", { directed: "**{line}", group: "*8", park: "{slot}", parking: "70" }, "*80{phone}"],
    ["3cx", { directed: "*20*{line}" }, undefined],
    ["yeastar", { directed: "*04{line}", group: "*4", park: "{slot}" }, "*5{phone}"],
    ["kamailio", {}, undefined],
    // What these have is set by each carrier, or would take calls that were answered: see the files.
    ["broadworks", {}, undefined],
    ["freeswitch", {}, undefined],
    ["generic", {}, undefined],
  ])("%s", (name, codes, intercom) => {
    const { pickup, intercom: written } = shipped(name);
    const { replaces, ...rest } = pickup;
    expect([rest, written]).toEqual([codes, intercom]);
  });

  test("only a proxy has calls replaced, and leaves transfers to its peers", () => {
    const names = readdirSync(resolve(boardConfigs, "profiles")).map((file) => basename(file, ".yaml"));
    expect(names).toHaveLength(9);
    for (const name of names) {
      const { pickup, transfers } = shipped(name);
      expect([name, pickup.replaces, transfers]).toEqual([
        name,
        name === "kamailio",
        name === "kamailio" ? "peer" : "pbx",
      ]);
    }
  });

  test.each(["asterisk-chan_sip", "freepbx", "freeswitch", "broadworks", "3cx", "yeastar"])(
    "%s says that it was not tried",
    (name) => {
      expect(disk.read(resolve(boardConfigs, `profiles/${name}.yaml`))).toMatch(/^#.*\bNot tried\b/m);
    },
  );
});

describe.each(["kamailio", "generic", "broadworks", "freeswitch"])("the shipped profile %s", (name) => {
  test("takes no idle line for offline", () => {
    expect(shipped(name)).toMatchObject({ name, watch: "dialog", offline: "never" });
  });

  test("is enough for a panel that only watches", () => {
    expect(panelWith(name)).toMatchObject({ ok: true, settings: { profile: { name }, pickup: { landings: [] } } });
  });
});

test.each(["generic", "broadworks", "freeswitch"])("%s asks for the codes of a panel that picks up", (name) => {
  expect(complaints(panelWith(name, PICKUP))).toEqual([
    expect.stringMatching(`^blfd.yaml:\\d+:\\d+: pbx.profile: ${name} has nothing that takes a ringing call`),
    expect.stringMatching(`profile ${name} has no intercom code`),
  ]);
});

test("kamailio asks for nothing but what makes the phone answer", () => {
  expect(complaints(panelWith("kamailio", PICKUP))).toEqual([
    expect.stringMatching("profile kamailio has no intercom code"),
  ]);
  const dial = PICKUP.replace('"102"', '"102", dial: "102"');
  expect(panelWith("kamailio", dial)).toMatchObject({ ok: true, settings: { pickup: { method: "auto" } } });
});

describe("the shipped phones", () => {
  const remote = (phone: string) => {
    const more = PICKUP.replace('"102"', `"102", dial: "102", remote: { phone: ${phone}, url: https://192.0.2.7 }`);
    const loaded = panelWith("asterisk", more);
    return loaded.ok ? loaded.settings.pickup.phone?.remote : complaints(loaded);
  };

  test("yealink dials and transfers", () => {
    expect(remote("yealink")).toEqual({
      dial: "https://192.0.2.7/servlet?key=number={number}",
      transfer: "https://192.0.2.7/servlet?key=BTrans={number}",
    });
  });

  test("snom dials", () => {
    expect(remote("snom")).toEqual({ dial: "https://192.0.2.7/command.htm?number={number}" });
  });

  test.each(["yealink", "snom"])("%s says that it was not tried", (name) => {
    expect(disk.read(resolve(boardConfigs, `phones/${name}.yaml`))).toMatch(/^#.*\bNot tried on a real phone\b/m);
  });
});
