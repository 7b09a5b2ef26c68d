import { describe, expect, test } from "vitest";
import { type Broken, GOOD, toldOf } from "./panel-files.ts";

describe("a field of the settings that is not right", () => {
  test.each<Broken>([
    [
      "panel: ward-3",
      "panel: ward/3",
      '1:8: panel: not "ward/3" but a name for this panel, such as ward-3 (letters, digits, - and _)',
    ],
    [
      "panel: ward-3\n",
      "",
      "1:1: panel: missing; write a name for this panel, such as ward-3 (letters, digits, - and _)",
    ],
    ["board: desk", "baord: desk", "2:1: baord: unknown key; did you mean board?"],
    [
      "panel: ward-3",
      "panel: ward-3\ncolor: red",
      "2:1: color: unknown key; the keys are panel, board, scheme, pbx, pickup, scope, actions, keys, zone, alerts, privacy, mqtt",
    ],
    [
      "  server: sip:pbx.example.org\n",
      "",
      "3:1: pbx.server: missing; write the PBX's address, such as sip:pbx.example.org or sip:192.0.2.10:5060;transport=tcp",
    ],
    [
      "  server: sip:pbx.example.org\n",
      "  server:\n",
      "5:3: pbx.server: empty; write the PBX's address, such as sip:pbx.example.org or sip:192.0.2.10:5060;transport=tcp",
    ],
    [
      "sip:pbx.example.org",
      "pbx.example.org",
      '5:11: pbx.server: not "pbx.example.org" but the PBX\'s address, such as sip:pbx.example.org or sip:192.0.2.10:5060;transport=tcp',
    ],
    [
      "sip:pbx.example.org",
      "sip:pbx.example.org:70000",
      "5:11: pbx.server: port 70000 does not exist; write one from 1 to 65535, or none",
    ],
    [
      "sip:pbx.example.org",
      "sip:pbx.example.org;transport=sctp",
      "5:11: pbx.server: the transport is none of udp, tcp, tls, ws or wss; write one of them",
    ],
    [
      "  user: panel1\n",
      "  user: panel1\n  list: [a]\n",
      "7:9: pbx.list: not a list but the name of a list at the PBX, such as blflist",
    ],
    [
      "sip:pbx.example.org",
      "sip:pbx.example.org;lr",
      "5:11: pbx.server: only ;transport=… may follow the address, such as ;transport=tcp",
    ],
    [
      "sip:pbx.example.org",
      "sips:pbx.example.org;transport=udp",
      "5:11: pbx.server: sips: needs TLS; write transport=tls, or sip: for udp",
    ],
    [
      "sip:pbx.example.org",
      "sip:pbx.example.org\n  path: /ws",
      "6:3: pbx.path: only ws and wss have a path; take it out, or change transport in pbx.server",
    ],
    [
      "sip:pbx.example.org",
      "sip:pbx.example.org;transport=wss\n  path: ws",
      '6:9: pbx.path: not "ws" but the path of the PBX\'s WebSocket, such as /ws',
    ],
    ["sip:pbx.example.org", "sip:pbx.example.org\n  digest: md5", '6:11: pbx.digest: not "md5" but sha-256'],
    [
      "sip:pbx.example.org",
      "sip:2001:db8::1",
      '5:11: pbx.server: not "sip:2001:db8::1" but the PBX\'s address, such as sip:pbx.example.org or sip:192.0.2.10:5060;transport=tcp',
    ],
    [
      "sip:pbx.example.org",
      "sip:192.0.2.999",
      '5:11: pbx.server: not "sip:192.0.2.999" but the PBX\'s address, such as sip:pbx.example.org or sip:192.0.2.10:5060;transport=tcp',
    ],
    [
      "  user: panel1",
      "  user: [panel1]",
      "6:9: pbx.user: not a list but the panel's own account at the PBX, such as panel1",
    ],
    [
      "  user: panel1",
      "  user: panel 1",
      '6:9: pbx.user: not "panel 1" but the panel\'s own account at the PBX, such as panel1',
    ],
    [
      "{ env: SIP_PASSWORD }",
      "{ env: SIP_PASSWORD }\n  alive: 5",
      "8:10: pbx.alive: not 5 but a time from 1s to 1m, with its unit",
    ],
    [
      "{ env: SIP_PASSWORD }",
      "{ env: SIP_PASSWORD }\n  alive: 5ms",
      '8:10: pbx.alive: not "5ms" but a time from 1s to 1m, with its unit',
    ],
    [
      "{ env: SIP_PASSWORD }",
      "{ env: SIP_PASSWORD }\n  longestRing: 10s",
      '8:16: pbx.longestRing: not "10s" but a time from 30s to 60m, with its unit',
    ],
    [
      '1: { line: "101", label: Reception }',
      '1: { line: "101", mailbox: true }',
      "14:30: keys.1.mailbox: not true but a mailbox, such as 101",
    ],
    [
      "{ env: SIP_PASSWORD }",
      "{ env: SIP_PASSWORD }\n  register: yes",
      '8:13: pbx.register: not "yes" but true or false',
    ],
    [
      '{ line: "102" }',
      '{ line: "102", when_busy: ring }',
      "9:25: pickup.phone.when_busy: unknown key; did you mean whenBusy?",
    ],
    [
      '{ line: "102" }',
      '{ line: "102", whenBusy: queue }',
      '9:35: pickup.phone.whenBusy: not "queue" but refuse or ring',
    ],
    [
      '  phone: { line: "102" }',
      '  phone: { line: "102" }\n  landings: []',
      "10:13: pickup.landings: not an empty list but a list such as [desk-phone]",
    ],
    [
      '  phone: { line: "102" }',
      '  phone: { line: "102" }\n  landings: desk-phone',
      '10:13: pickup.landings: not "desk-phone" but a list such as [desk-phone]',
    ],
    [
      '  phone: { line: "102" }',
      '  phone: { line: "102" }\n  landings: [desk-phone, desk-phone]',
      "10:13: pickup.landings: names a landing twice; name each once",
    ],
    [
      '  phone: { line: "102" }',
      '  phone: { line: "102" }\n  method: magic',
      '10:11: pickup.method: not "magic" but auto, feature-code, replaces or group-code',
    ],
    [
      'scope:\n  groups: { desk: ["101"] }\n  pickup: [desk]\n',
      "scope: all\n",
      '10:8: scope: not "all" but pbx, or a map with groups and pickup',
    ],
    ["  pickup: [desk]\n", "", "10:1: scope.pickup: missing; write a list of group names, such as [desk], or pbx"],
    ['["101"]', "101", '11:19: scope.groups.desk: not 101 but a list of extensions, such as ["101", "102"]'],
    [
      '1: { line: "101", label: Reception }',
      '1: { lien: "101" }',
      "14:8: keys.1.lien: unknown key; did you mean line?",
    ],
    [
      '1: { line: "101", label: Reception }',
      '1: { line: "sip:101@pbx" }',
      '14:14: keys.1.line: not "sip:101@pbx" but an extension, such as 101',
    ],
    [
      '1: { line: "101", label: Reception }',
      "1: { line: true }",
      "14:14: keys.1.line: not true but an extension, such as 101",
    ],
    [
      '1: { line: "101", label: Reception }',
      '1: "101"',
      '14:6: keys.1: not "101" but a map such as { line: "101", label: Reception }',
    ],
    [
      '1: { line: "101", label: Reception }',
      "1:",
      '14:3: keys.1: empty; write a map such as { line: "101", label: Reception }',
    ],
    [
      '1: { line: "101", label: Reception }',
      '"1 1": { line: "101" }',
      '14:3: keys.1 1: not "1 1" but a key as the board names it, such as 1',
    ],
    [
      'keys:\n  1: { line: "101", label: Reception }\n  2: { line: "105", pickup: false }\n',
      "keys: {}\n",
      '13:7: keys: no key is named; write one, such as 1: { line: "101" }',
    ],
    [
      'keys:\n  1: { line: "101", label: Reception }\n  2: { line: "105", pickup: false }\n',
      'keys: [{ line: "101" }]\n',
      '13:7: keys: not a list but a map of keys, such as 1: { line: "101" }',
    ],
    ["keys:\n", "privacy: false\nkeys:\n", "13:10: privacy: not false but off, masked or full"],
    [
      "keys:\n",
      "mqtt: { url: http://127.0.0.1 }\nkeys:\n",
      '13:14: mqtt.url: not "http://127.0.0.1" but the broker\'s address, such as mqtt://127.0.0.1:1883',
    ],
    [
      "keys:\n",
      "mqtt: { url: mqtt://127.0.0.1/blfd }\nkeys:\n",
      '13:14: mqtt.url: "/blfd" means nothing to a broker; end after host and port',
    ],
    [
      "keys:\n",
      "mqtt: { url: mqtt://127.0.0.1, topic: a/b }\nkeys:\n",
      '13:39: mqtt.topic: not "a/b" but one topic level, such as blfd',
    ],
    [
      "keys:\n",
      "mqtt: { url: mqtt://127.0.0.1, commands: [reload, reset] }\nkeys:\n",
      '13:51: mqtt.commands item 2: not "reset" but lamp-test, identify or reload',
    ],
    [
      "keys:\n",
      "mqtt: { url: mqtt://127.0.0.1, commands: [pickup] }\nkeys:\n",
      "13:43: mqtt.commands item 1: pickup is not in this version; write lamp-test, identify or reload",
    ],
    [
      "keys:\n",
      "mqtt: { url: mqtt://127.0.0.1, commands: reload }\nkeys:\n",
      '13:42: mqtt.commands: not "reload" but a list such as [lamp-test, identify, reload]',
    ],
    [GOOD.settings, "", "1:1: this file: empty; write a map with panel, board, pbx and keys"],
    [GOOD.settings, "- a\n- b\n", "1:1: this file: not a list but a map with panel, board, pbx and keys"],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("settings", right, wrong)).toEqual(told);
  });
});
