import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Settings } from "../../../firmware/domain/settings.ts";
import type { AccountOptions, ExtensionOptions } from "../../../sim/pbx/account.ts";
import { pbxPlan } from "../../../sim/pbx-plan.ts";
import { townOf } from "../../../sim/town.ts";

const pjsip = fileURLToPath(new URL("conf/pjsip.conf", import.meta.url));

/** Asterisk's configuration for the town around a panel, instead of that for the flows: by file, the same codes. */
export async function townFiles(settings: Settings): Promise<Readonly<Record<string, string>>> {
  const { extensions = [], accounts = [], groups = {}, lists = {} } = pbxPlan(settings, townOf(settings));
  const [common = ""] = (await readFile(pjsip, "utf8")).split("[100](phone)");
  const panels = accounts.map((account) => endpoint(account.user, account));
  const phones = extensions.map((one) => endpoint(one.number, one));
  const wholes = Object.entries(lists).map(([name, { members }]) => list(name, members));
  return {
    "pjsip.conf": [common, ...phones, ...panels, ...wholes].join("\n"),
    "extensions.conf": dialplan(
      extensions.map(({ number }) => number),
      groups,
    ),
  };
}

function endpoint(user: string, options: ExtensionOptions | AccountOptions): string {
  const { number, name, password, callGroups = [], pickupGroups = [] } = options;
  return `[${user}](account)
auth = ${user}
aors = ${user}
callerid = ${name.replace(/[^\w ]/g, "")} <${number}>
${callGroups.length > 0 ? `named_call_group = ${callGroups.join(",")}` : ""}
${pickupGroups.length > 0 ? `named_pickup_group = ${pickupGroups.join(",")}` : ""}
[${user}](login)
username = ${user}
password = ${password}
[${user}](place)
mailboxes = ${user}@default
`;
}

function list(name: string, members: readonly string[]): string {
  const items = members.map((member) => `list_item = ${member}`).join("\n");
  return `[${name}]
type = resource_list
event = dialog
full_state = no
notification_batch_interval = 0
${items}
`;
}

function dialplan(numbers: readonly string[], groups: Readonly<Record<string, readonly string[]>>): string {
  const slots = ["701", "702", "703", "704", "705"];
  const call = (exten: string, phones: readonly string[]) =>
    `exten => ${exten},1,Dial(${phones.map((phone) => `PJSIP/${phone}`).join("&")},60)\n same => n,Hangup()`;
  return `[hints]
${numbers.map((number) => `exten => ${number},hint,PJSIP/${number}`).join("\n")}
${slots.map((slot) => `exten => ${slot},hint,park:${slot}@parkedcalls`).join("\n")}

[phones]
${numbers.map((number) => call(number, [number])).join("\n")}
${Object.entries(groups)
  .map(([name, members]) => call(name, members))
  .join("\n")}
exten => _**X.,1,Pickup(\${EXTEN:2}@phones)
 same => n,Hangup(21)
exten => _*9X.,1,PickupChan(PJSIP/\${EXTEN:2},p)
 same => n,Hangup(21)
exten => *77,1,Pickup()
 same => n,Hangup(21)
exten => _*80X.,1,Dial(PJSIP/\${EXTEN:3},30,b(answer-by-itself^s^1))
 same => n,Hangup()
include => parkedcalls

[answer-by-itself]
exten => s,1,Set(PJSIP_HEADER(add,Alert-Info)=<sip:intercom@localhost>\\;info=alert-autoanswer\\;delay=0)
 same => n,Set(PJSIP_HEADER(add,Call-Info)=<sip:localhost>\\;answer-after=0)
 same => n,Return()
`;
}
