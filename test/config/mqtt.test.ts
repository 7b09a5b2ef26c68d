import { describe, expect, test } from "vitest";
import { complaints, GOOD, load, warnings } from "./panel-files.ts";

const GROUP = GOOD.settings.replace("  pickup: [desk]\n", "  pickup: [desk]\n  privacy: { desk: masked }\n");
const withMqtt = (mqtt: string, settings: string = GOOD.settings) =>
  load({ settings: `${settings}mqtt: ${mqtt}\n` }, { env: { SIP_PASSWORD: "s", MQTT: "m" } });
const PASSWORD = "user: panel, password: { env: MQTT }";

describe("a broker on another machine", () => {
  test.each([
    [`{ url: mqtt://192.0.2.9, ${PASSWORD} }`, GOOD.settings, "the password"],
    ["{ url: mqtt://broker.example.org:1883 }", `${GOOD.settings}privacy: full\n`, "who calls"],
    [`{ url: "mqtt://[2001:db8::9]", ${PASSWORD} }`, GROUP, "the password and who calls"],
  ])("%s is told in clear what nobody should read", (mqtt, settings, what) => {
    const loaded = withMqtt(mqtt, settings);
    expect(complaints(loaded)).toEqual([]);
    expect(warnings(loaded)).toEqual([
      expect.stringContaining(`mqtt.url: mqtt sends ${what} over the network for all to read; write mqtts`),
    ]);
  });

  test.each([
    [`{ url: mqtts://192.0.2.9, ${PASSWORD} }`, GROUP],
    [`{ url: mqtt://127.0.0.1, ${PASSWORD} }`, GROUP],
    [`{ url: mqtt://localhost:1883, ${PASSWORD} }`, GROUP],
    [`{ url: "mqtt://[::1]:1883", ${PASSWORD} }`, GROUP],
    ["{ url: mqtt://192.0.2.9 }", GOOD.settings],
  ])("%s is nothing to warn of", (mqtt, settings) => {
    const loaded = withMqtt(mqtt, settings);
    expect([complaints(loaded), warnings(loaded)]).toEqual([[], []]);
  });
});
