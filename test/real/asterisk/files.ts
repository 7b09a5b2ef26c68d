import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { certify } from "./certificates.ts";

const templates = fileURLToPath(new URL("conf/", import.meta.url));
/** Core parts complain without a file of these names, and are content with an empty one. */
const empty = ["acl", "ccss", "cdr", "cel", "indications", "minivm", "pjproject", "udptl"];

/** Lines that setState() moves without a call. */
export const customLines: readonly string[] = Array.from({ length: 55 }, (_, i) => String(801 + i));
/** The members of the resource list `blflist`. */
export const listedLines: readonly string[] = ["101", "102", "103", "104", "105", ...customLines];

export interface Ports {
  /** UDP and TCP. */
  readonly sip: number;
  readonly tls: number;
  /** WebSocket, plain and in TLS. */
  readonly http: number;
  readonly https: number;
}

/**
 * Lays out a folder for one Asterisk: its configuration, its keys, and room for all that it writes.
 *
 * @param others by name, files of the configuration that are to be used instead of those in conf
 */
export async function layOut(
  folder: string,
  root: string,
  host: string,
  ports: Ports,
  others: Readonly<Record<string, string>> = {},
): Promise<void> {
  const etc = join(folder, "etc");
  for (const name of ["etc", "lib", "log", "run", "spool"]) await mkdir(join(folder, name));
  for (const name of empty) await writeFile(join(etc, `${name}.conf`), "");
  await certify(host, join(folder, "keys"));
  const values: Readonly<Record<string, string>> = {
    "@RUN@": folder,
    "@ROOT@": root,
    "@HOST@": host,
    "@SIP@": String(ports.sip),
    "@TLS@": String(ports.tls),
    "@HTTP@": String(ports.http),
    "@HTTPS@": String(ports.https),
    "@CUSTOM_HINTS@": customLines.map((line) => `exten => ${line},hint,Custom:${line}`).join("\n"),
    "@CUSTOM_ITEMS@": customLines.map((line) => `list_item = ${line}`).join("\n"),
  };
  for (const name of await readdir(templates)) {
    const text = others[name] ?? (await readFile(join(templates, name), "utf8"));
    await writeFile(
      join(etc, name),
      text.replace(/@[A-Z_]+@/g, (key) => values[key] ?? key),
    );
  }
}
