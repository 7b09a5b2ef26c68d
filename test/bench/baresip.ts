import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Control } from "../real/control.ts";
import { KEYS, lineOf } from "./layout.ts";
import { Measured } from "./process.ts";

export interface BaresipPlace {
  /** Where it is unpacked. */
  readonly root: string;
  /** Where its settings go. */
  readonly folder: string;
  readonly pbxPort: number;
  /** Where it takes commands. */
  readonly controlPort: number;
}

/** A softphone in C that asks for the presence of every line. It has no lamps, no keys, and knows no dialog-info. */
export function startBaresip({ root, folder, pbxPort, controlPort }: BaresipPlace): Measured {
  const at = `127.0.0.1:${pbxPort}`;
  writeFileSync(join(folder, "config"), config(join(root, "baresip-modules"), controlPort));
  writeFileSync(join(folder, "accounts"), `<sip:baresip@${at};transport=udp>;regint=0\n`);
  writeFileSync(
    join(folder, "contacts"),
    KEYS.map((key) => `"Line ${key}" <sip:${lineOf(key)}@${at}>;presence=p2p\n`).join(""),
  );
  return new Measured(["-4", "-f", folder], join(root, "bin", "baresip"));
}

/** What stands for a key of it: a command on a connection that is up already, which is as soon as it can know of a press. */
export async function baresipDialler(controlPort: number): Promise<{ dial(number: string): void; close(): void }> {
  const control = new Control(() => undefined);
  await control.connect("127.0.0.1", controlPort, 2000);
  return {
    // The INVITE is measured; that the bench's PBX refuses it comes later.
    dial: (number) => void control.command("dial", number).catch(() => undefined),
    close: () => control.close(),
  };
}

/** Contacts before presence, which subscribes to those that are there when it is loaded. */
const config = (modules: string, controlPort: number): string => `net_interface 127.0.0.1
sip_listen 127.0.0.1:0
ctrl_tcp_listen 127.0.0.1:${controlPort}
audio_source ausine,440
ausrc_srate 48000
ausrc_channels 1
module_path ${modules}
module g711.so
module ausine.so
module_tmp account.so
module_app contact.so
module_app presence.so
module_app menu.so
module_app ctrl_tcp.so
`;
