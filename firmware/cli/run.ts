import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { serialPorts } from "../../drivers/sidecar/serial-port.ts";
import { SystemClock } from "../../drivers/system-clock.ts";
import { loadSettings } from "../config/load.ts";
import { renderProblem } from "../config/problem.ts";
import { Daemon, type DaemonParts } from "../daemon.ts";
import type { Board } from "../domain/board.ts";
import type { Settings } from "../domain/settings.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Module } from "../hal/module.ts";
import { createLog, type LogLevel } from "../log.ts";
import { Answered } from "../mqtt/commands.ts";
import { Reporter } from "../mqtt/reporter.ts";
import { Assembly } from "../panel/assembly.ts";
import { type Buzzer, buzzerOf } from "../panel/buzzer.ts";
import { Panel } from "../panel/panel.ts";
import { UserAgent } from "../sip/user-agent.ts";
import { banksOf } from "./banks.ts";
import { DEFAULT_SETTINGS, EXIT, type House, type Io } from "./io.ts";
import { sidecarsOf } from "./sidecars.ts";
import { supervise } from "./supervise.ts";

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "silent"];

/** `blfd run`: until a signal ends it. */
export async function run(args: readonly string[], io: Io, house: House): Promise<number> {
  const wanted = options(args, io);
  if (!wanted) return EXIT.usage;
  const loaded = loadSettings(wanted.config, house);
  for (const problem of loaded.ok ? loaded.warnings : loaded.problems) io.err(`${renderProblem(problem)}\n`);
  if (!loaded.ok) return EXIT.config;

  const clock = new SystemClock();
  const log = createLog({ level: wanted.level, pretty: process.stderr.isTTY });
  const answered = new Answered();
  const make = (settings: Settings, reload: NonNullable<DaemonParts["reload"]>): Daemon => {
    const { board, mqtt, panel, pbx } = settings;
    return new Daemon({
      settings,
      ...panelOf(board, clock, log),
      agent: new UserAgent({ pbx, clock, log }),
      ...(mqtt && { reporter: new Reporter({ settings: mqtt, panel, clock, log }) }),
      reload,
      answered,
      clock,
      log,
      run: randomBytes(6).toString("hex"),
    });
  };
  const load = () => loadSettings(wanted.config, house);
  return supervise(loaded.settings, { load, make, ended: ended(log), log });
}

function options(args: readonly string[], io: Io): { config: string; level: LogLevel } | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: "string", short: "c", default: DEFAULT_SETTINGS },
        log: { type: "string", default: "info" },
      },
    });
    const level = LEVELS.find((known) => known === values.log);
    if (level) return { config: values.config, level };
    io.err(`blfd run: --log is one of ${LEVELS.join(", ")}\n`);
  } catch (error) {
    io.err(`blfd run: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  return undefined;
}

/** What the board is made of: all its lamps and keys seen as one, and its buzzer. */
function panelOf(board: Board, clock: Clock, log: Log): { readonly module: Module; readonly buzzer?: Buzzer } {
  const { name } = board;
  const modules = [...sidecarsOf(board, serialPorts(), clock, log)];
  const banks = banksOf(board, { clock, log });
  if (banks.size > 0) modules.unshift(new Panel({ name, board, banks, clock }));
  const [only] = modules;
  const module = modules.length === 1 && only ? only : new Assembly(name, modules);
  return { module, ...buzzerOf(board, banks, clock) };
}

/** Resolves with the exit code at SIGTERM, at SIGINT, and when a bug was not caught. */
function ended(log: Log): Promise<number> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve(EXIT.good));
    process.once("SIGINT", () => resolve(EXIT.good));
    process.once("uncaughtException", (error) => {
      log.error({ err: error }, "a bug ended the daemon");
      resolve(EXIT.failed);
    });
  });
}
