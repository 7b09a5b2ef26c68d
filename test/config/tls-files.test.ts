import { describe, expect, test } from "vitest";
import { pem } from "../sip/transport/certs.ts";
import { MemoryFiles } from "./memory-files.ts";
import { broken, complaints, load, warnings } from "./panel-files.ts";

const CA = pem("ca.pem");
const CERT = pem("panel.pem");
const KEY = pem("panel.key");

/** The good panel, over TLS, with `tls:` on line 6. */
function withTls(tls: string, files = new MemoryFiles()) {
  const server = `sip:pbx.example.org;transport=tls\n  tls: ${tls}`;
  return load(broken("settings", "sip:pbx.example.org", server), { files });
}

describe("the files of pbx.tls", () => {
  test("are read from beside the settings", () => {
    const files = new MemoryFiles().put("tls/ca.pem", CA).put("tls/panel.pem", CERT).put("/etc/panel.key", KEY);
    const loaded = withTls("{ ca: tls/ca.pem, cert: tls/panel.pem, key: /etc/panel.key }", files);
    expect(warnings(loaded)).toEqual([]);
    if (!loaded.ok) throw new Error("not loaded");
    const { tls } = loaded.settings.pbx;
    expect([tls?.ca, tls?.cert, tls?.key?.reveal()]).toEqual([CA, CERT, KEY]);
    expect(JSON.stringify(loaded.settings)).not.toContain("PRIVATE");
  });

  test("may be a bundle of CAs, with words between", () => {
    const files = new MemoryFiles().put("ca.pem", `# one\n${CA}\n# two\n${pem("other-ca.pem")}`);
    expect(warnings(withTls("{ ca: ca.pem }", files))).toEqual([]);
  });

  test.each([
    ["{ ca: ca.pem }", {}, ["6:14: pbx.tls.ca: ca.pem cannot be read: there is no such file"]],
    [
      "{ ca: ca.pem }",
      { "ca.pem": "hello" },
      ["6:14: pbx.tls.ca: ca.pem holds no certificate in PEM; it should begin with -----BEGIN CERTIFICATE-----"],
    ],
    [
      "{ ca: ca.pem }",
      { "ca.pem": CA.replace(/\n.{20}/, "\nAAAA") },
      ["6:14: pbx.tls.ca: ca.pem holds a certificate that cannot be read; write it anew"],
    ],
    [
      "{ cert: panel.pem }",
      { "panel.pem": CERT },
      ["6:3: pbx.tls.key: missing, and cert needs it; write the path of a PEM file"],
    ],
    [
      "{ key: panel.key }",
      { "panel.key": KEY },
      ["6:3: pbx.tls.cert: missing, and key needs it; write the path of a PEM file"],
    ],
    [
      "{ cert: panel.pem, key: panel.key }",
      { "panel.pem": CERT, "panel.key": CERT },
      ["6:32: pbx.tls.key: panel.key holds no private key in PEM"],
    ],
    [
      "{ cert: panel.pem, key: panel.key }",
      { "panel.pem": CERT, "panel.key": KEY.replaceAll("PRIVATE", "ENCRYPTED PRIVATE") },
      [
        "6:32: pbx.tls.key: panel.key has a passphrase, which nobody can type in here; take it away, and keep the file from others",
      ],
    ],
    [
      "{ cert: panel.pem, key: pbx.key }",
      { "panel.pem": CERT, "pbx.key": pem("pbx.key") },
      ["6:32: pbx.tls.key: is not the key to the certificate in cert; give the two that belong together"],
    ],
    ["{ verify: false }", {}, ["6:10: pbx.tls.verify: unknown key; the keys of pbx.tls are ca, cert, key"]],
    ["ca.pem", {}, ['6:8: pbx.tls: not "ca.pem" but a map such as { ca: pbx-ca.pem }']],
  ])("%s and its files (%#)", (tls, contents, told) => {
    const files = new MemoryFiles();
    for (const [path, content] of Object.entries(contents)) files.put(path, content);
    expect(complaints(withTls(tls, files)).map((line) => line.replace("blfd.yaml:", ""))).toEqual(told);
  });

  test("are not asked for where there is no TLS", () => {
    const loaded = load(broken("settings", "sip:pbx.example.org", "sip:pbx.example.org\n  tls: {}"));
    expect(complaints(loaded)).toEqual([
      "blfd.yaml:6:3: pbx.tls: udp has no TLS; write transport=tls or wss in pbx.server, or take it out",
    ]);
  });

  test("are told of where others can read the key", () => {
    const files = new MemoryFiles().put("panel.pem", CERT, 0o644).put("panel.key", KEY, 0o644);
    expect(warnings(withTls("{ cert: panel.pem, key: panel.key }", files))).toEqual([
      "blfd.yaml:6:32: pbx.tls.key: panel.key can be read by everyone; run chmod 600 panel.key",
    ]);
  });

  test("never show the key, also where it is written in the place of its path", () => {
    const told = complaints(withTls(`{ cert: a, key: ${JSON.stringify(KEY)} }`)).join("\n");
    expect(told).not.toBe("");
    expect(told).not.toContain("BEGIN");
  });
});
