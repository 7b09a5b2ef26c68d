import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buttonBit, INTERCOM, KEYS, lampBit, lineOf, PHONE } from "./layout.ts";
import { Measured } from "./process.ts";

export interface BlfdPlace {
  readonly bundle: string;
  /** Where its settings go. */
  readonly folder: string;
  readonly bits: string;
  readonly pbxPort: number;
  readonly brokerPort: number | undefined;
}

/** The daemon as it is shipped, in a process of its own. */
export function startBlfd({ bundle, folder, bits, pbxPort, brokerPort }: BlfdPlace): Measured {
  writeFileSync(join(folder, "board.yaml"), board(bits));
  writeFileSync(join(folder, "blfd.yaml"), settings(pbxPort, brokerPort));
  writeFileSync(join(folder, "secret"), "nobody asks for it", { mode: 0o600 });
  return new Measured([bundle, "run", "-c", join(folder, "blfd.yaml"), "--log", "error"]);
}

const board = (bits: string): string => `
title: A bench of ${KEYS.length} keys with red lamps
grid: [[${KEYS}]]
banks: { panel: { driver: sim, width: 32, directory: ${bits} } }
keys:
${KEYS.map(
  (key) =>
    `  ${key}: { leds: { red: { bit: ${lampBit(key)} } }, button: { bit: ${buttonBit(key)}, active: high, pull: none, debounce: 5ms } }`,
).join("\n")}
`;

const settings = (pbxPort: number, brokerPort: number | undefined): string => `
panel: bench
board: ./board.yaml
pbx: { profile: asterisk, server: "sip:127.0.0.1:${pbxPort}", user: panel1, password: { file: ./secret } }
pickup: { phone: { line: "${PHONE}", dial: "${INTERCOM}" } }
scope: { groups: { all: [${KEYS.map((key) => `"${lineOf(key)}"`)}] }, pickup: [all] }
keys:
${KEYS.map((key) => `  ${key}: { line: "${lineOf(key)}" }`).join("\n")}
${brokerPort === undefined ? "" : `mqtt: { url: "mqtt://127.0.0.1:${brokerPort}" }`}
`;
