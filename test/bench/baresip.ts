import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { KEYS, lineOf } from "./layout.ts";
import { Measured } from "./process.ts";

export interface BaresipPlace {
  /** Where it is unpacked. */
  readonly root: string;
  /** Where its settings go. */
  readonly folder: string;
  readonly pbxPort: number;
}

/** A softphone in C that asks for the presence of every line. It has no lamps, and knows no dialog-info. */
export function startBaresip({ root, folder, pbxPort }: BaresipPlace): Measured {
  const at = `127.0.0.1:${pbxPort}`;
  writeFileSync(join(folder, "config"), config(join(root, "baresip-modules")));
  writeFileSync(join(folder, "accounts"), `<sip:baresip@${at};transport=udp>;regint=0\n`);
  writeFileSync(
    join(folder, "contacts"),
    KEYS.map((key) => `"Line ${key}" <sip:${lineOf(key)}@${at}>;presence=p2p\n`).join(""),
  );
  return new Measured(["-4", "-f", folder], join(root, "bin", "baresip"));
}

/** Contacts before presence, which subscribes to those that are there when it is loaded. */
const config = (modules: string): string => `net_interface 127.0.0.1
sip_listen 127.0.0.1:0
module_path ${modules}
module g711.so
module_tmp account.so
module_app contact.so
module_app presence.so
`;
