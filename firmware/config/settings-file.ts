import * as z from "zod";
import { brokerUrl, sipServer } from "./addresses.ts";
import { alerts } from "./alerts-file.ts";
import {
  dataFile,
  duration,
  extension,
  flag,
  isClean,
  oneOf,
  privacy,
  section,
  shortName,
  text,
  wanting,
} from "./fields.ts";
import { actions, key } from "./key-file.ts";
import { pickup, pickupParts } from "./pickup-file.ts";
import { groupName, scope } from "./scope-file.ts";
import { secretPlace } from "./secrets.ts";
import { tls } from "./tls-files.ts";

const pbx = section(
  {
    profile: dataFile("profile"),
    server: sipServer.describe(
      "sip:host[:port][;transport=udp|tcp|tls|ws|wss]; sips: is tls. Without a port, DNS says (RFC 3263), or it is the usual one",
    ),
    path: text(wanting("the path of the PBX's WebSocket, such as /ws"), /^\/[!-"$-~]*$/)
      .optional()
      .describe("Path of the PBX's WebSocket, for ws and wss; by default /ws"),
    tls: tls.optional().describe("For tls and wss: whom to trust, and how the panel proves itself"),
    digest: oneOf(["sha-256"])
      .optional()
      .describe("sha-256: the password is used in no weaker digest; by default the strongest that the PBX offers"),
    user: extension("the panel's own account at the PBX, such as panel1").describe(
      "The panel's own account at the PBX",
    ),
    password: secretPlace.describe("Where the account's password is kept"),
    register: flag().default(true).describe("Whether the PBX wants a registration before it lets the panel watch"),
    list: extension("the name of a list at the PBX, such as blflist")
      .optional()
      .describe("A list at the PBX (RFC 4662) that tells of all lines at once; by default each is asked for by itself"),
    alive: duration("1s", "1m").prefault("5s").describe("No sign of life for so long: every lamp shows unknown"),
    longestRing: duration("30s", "60m")
      .prefault("3m")
      .describe("No call rings longer: a line that does is asked for afresh, and then shows unknown"),
  },
  wanting("a map with profile, server, user and password"),
);

const COMMANDS = wanting("a list such as [lamp-test, identify, reload]");

const mqtt = section(
  {
    url: brokerUrl.describe("mqtt://host[:port] or mqtts://host[:port]"),
    topic: text(wanting("one topic level, such as blfd"), /^[^\s/+#$][^\s/+#]{0,63}$/)
      .default("blfd")
      .describe("First level of every topic"),
    user: text(wanting("the broker's user name"), /^\S+$/).optional(),
    password: secretPlace.optional().describe("Where the broker's password is kept"),
    commands: z
      .array(oneOf(["lamp-test", "identify", "reload"], { pickup: "is not in this version" }), { error: COMMANDS })
      .optional()
      .describe("What the panel lets itself be told over MQTT; by default all of it; [] for nothing"),
  },
  wanting("a map such as { url: mqtt://127.0.0.1:1883 }"),
);

/** The settings of one panel, as a person writes them. */
export const settingsFile = section(
  {
    panel: shortName("a name for this panel, such as ward-3 (letters, digits, - and _)").describe(
      "This panel's name: an MQTT topic level",
    ),
    board: dataFile("board"),
    scheme: dataFile("scheme").default("default"),
    pbx,
    pickup: pickup.optional().describe("How calls are picked up; without it, the panel only watches"),
    scope: scope.optional(),
    actions: actions.prefault({}).describe("What keys do where they do not say it themselves"),
    keys: z
      .record(shortName("a key as the board names it, such as 1"), key, {
        error: wanting('a map of keys, such as 1: { line: "101" }'),
      })
      .refine((keys) => Object.keys(keys).length > 0, {
        error: 'no key is named; write one, such as 1: { line: "101" }',
        when: isClean,
      })
      .describe("What each key of the board is for"),
    zone: groupName
      .optional()
      .describe(
        "The group of scope.groups whose most urgent line the board's zone lamp shows; by default all lines that keys are for, but the desk phone's",
      ),
    alerts: alerts
      .optional()
      .describe("How people learn of a ring who do not look at the keys; by default by the lamps alone"),
    privacy: privacy
      .default("off")
      .describe(
        "Callers' names and numbers in reports of lamps: off, none; masked, the last two digits of long numbers; full; scope.privacy says it by group",
      ),
    mqtt: mqtt.optional(),
  },
  wanting("a map with panel, board, pbx and keys"),
);

export type SettingsFile = z.output<typeof settingsFile>;

/** What the second pass can work with: any of it may be missing, and of pbx: any key. */
export const settingsParts = settingsFile
  .partial()
  .extend({ pbx: pbx.partial().optional(), pickup: pickupParts.optional() });

export type SettingsParts = z.output<typeof settingsParts>;
