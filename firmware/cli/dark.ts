import { parseArgs } from "node:util";
import { SystemClock } from "../../drivers/system-clock.ts";
import { loadBoardOf } from "../config/load.ts";
import { renderProblem } from "../config/problem.ts";
import type { Millis } from "../domain/millis.ts";
import { maskOf, wiringOf } from "../domain/wiring.ts";
import type { Bank } from "../hal/bank.ts";
import type { Clock } from "../hal/clock.ts";
import { createLog } from "../log.ts";
import { banksOf } from "./banks.ts";
import { DEFAULT_SETTINGS, EXIT, type House, type Io } from "./io.ts";

const USAGE = `usage: blfd dark [-c FILE]
Puts every output of the board in FILE (default: ${DEFAULT_SETTINGS}) dark: some kernels keep what a killed daemon left.
`;

/** A bank that has not said by then whether it is there is not. */
const LONGEST_START: Millis = 3000;

/** `blfd dark`: 0 when every output is dark; 1 when some cannot be had, as while the daemon runs; 2 for wrong usage; 78. */
export async function dark(args: readonly string[], io: Io, house: House): Promise<number> {
  const file = fileOf(args);
  if (file === undefined) {
    io.err(USAGE);
    return EXIT.usage;
  }
  const board = loadBoardOf(file, house);
  if (!board.ok) {
    for (const problem of board.problems) io.err(`${renderProblem(problem)}\n`);
    return EXIT.config;
  }
  const clock = new SystemClock();
  let code: number = EXIT.good;
  const banks = banksOf(board.value, { clock, log: createLog({ level: "silent" }) });
  for (const [name, bank] of banks) {
    const why = await darken(bank, maskOf(wiringOf(board.value, name).outputs), clock);
    if (why === undefined) continue;
    io.err(`blfd dark: bank ${name}: ${why.message}\n`);
    code = EXIT.failed;
  }
  return code;
}

/** Resolves with why the outputs may not be dark. */
async function darken(bank: Bank, outputs: number, clock: Clock): Promise<Error | undefined> {
  bank.write(outputs, 0);
  let late = (): void => {};
  const told = new Promise<Error | undefined>((resolve) => {
    late = clock.at(clock.now() + LONGEST_START, () => resolve(new Error(`not there within ${LONGEST_START} ms`)));
    bank.onState((state, why) => resolve(state === "up" ? undefined : (why ?? new Error("not there"))));
  });
  try {
    await bank.start();
    return await told;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    late();
    await bank.halt();
  }
}

function fileOf(args: readonly string[]): string | undefined {
  try {
    const options = { config: { type: "string", short: "c", default: DEFAULT_SETTINGS } } as const;
    return parseArgs({ args: [...args], options }).values.config;
  } catch {
    return undefined;
  }
}
