import { existsSync } from "node:fs";
import { join } from "node:path";
import { SystemClock } from "../../drivers/system-clock.ts";
import { boardConfigs } from "../../firmware/config/board-configs.ts";
import { loadSettings } from "../../firmware/config/load.ts";
import { renderProblem } from "../../firmware/config/problem.ts";
import type { Settings } from "../../firmware/domain/settings.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Log } from "../../firmware/hal/log.ts";
import { EtherMedium } from "../ether/ether-medium.ts";
import { Passage } from "../ether/passage.ts";
import { ManualClock } from "../manual-clock.ts";
import { FAULT_NAMES, isFaultName } from "../pbx/faults/faults.ts";
import { Simulation } from "../simulation.ts";
import { type Course, RealCourse } from "./course.ts";
import { Rehearsal } from "./rehearsal.ts";
import type { Scene } from "./scene.ts";
import { seeded } from "./seeded.ts";

export interface SimulateOptions {
  /** A ready panel by its name (board-configs/panels), or the path of a blfd.yaml; `town` where nothing is named. */
  readonly panel?: string;
  /** Instead of it: settings as they are loaded, or made. */
  readonly settings?: Settings;
  /** manual where absent: time passes only while something is waited for, and then at once. */
  readonly clock?: "manual" | "real";
  /** When it begins, on the manual clock and in local time: `2026-03-02T09:00`, a Monday, where absent. */
  readonly at?: string;
  /** Of all that is left to chance; 1 where absent. */
  readonly seed?: number;
}

const MONDAY = "2026-03-02T09:00";
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A panel, its PBX and everybody's phones, in this process and in memory: no socket is opened, and nothing has to be closed.
 * Resolves when every phone is registered and every lamp shows what its line does.
 *
 * @throws Error with every problem of the settings, each with its place
 */
export async function simulate(options: SimulateOptions = {}): Promise<Rehearsal> {
  return (await rehearse(options)).rehearsal;
}

/** The same, with the simulation behind it. */
export async function rehearse(options: SimulateOptions): Promise<{ rehearsal: Rehearsal; simulation: Simulation }> {
  const { panel = "town", settings = loadPanel(panel), clock: kind = "manual", at = MONDAY, seed = 1 } = options;
  const manual = kind === "manual" ? new ManualClock(0, dateOf(at)) : undefined;
  const clock = manual ?? new SystemClock();
  const medium = new EtherMedium(clock);
  const simulation = new Simulation({ settings, clock, log: SILENT, medium, random: seeded(seed) });
  const course = manual ? new Passage(manual, medium.ether) : new RealCourse(clock);
  const rehearsal = new Rehearsal(sceneOf(simulation, medium, clock, course));
  await course.whilst(simulation.start());
  await rehearsal.ready();
  return { rehearsal, simulation };
}

/**
 * The settings of a ready panel by its name, or of a blfd.yaml by its path, as a simulation wants them: without passwords. Read
 * once, they do for many simulations.
 *
 * @throws Error with every problem of the settings, each with its place
 */
export function loadPanel(panel: string): Settings {
  const folder = boardConfigs();
  const ready = join(folder, "panels", panel, "blfd.yaml");
  const file = existsSync(ready) ? ready : panel;
  const loaded = loadSettings(file, { boardConfigs: folder, env: {}, simulated: true });
  if (loaded.ok) return loaded.settings;
  throw new Error(`${panel} cannot be simulated:\n${loaded.problems.map(renderProblem).join("\n")}`);
}

function dateOf(at: string): Date {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) throw new Error(`not ${at} but a local time such as ${MONDAY}`);
  return date;
}

function sceneOf(simulation: Simulation, medium: EtherMedium, clock: Clock, course: Course): Scene {
  return {
    clock,
    course,
    get settings() {
      return simulation.settings;
    },
    get buzzing() {
      return simulation.buzzing;
    },
    phones: simulation.phones,
    lit: (lamp) => simulation.lit(lamp),
    onLight: (listener) => simulation.onLight(listener),
    onPublish: (listener) => simulation.onPublish(listener),
    close: (key) => simulation.close(key),
    open: (key) => simulation.open(key),
    unplug: (bank) => simulation.unplug(bank),
    replug: (bank) => simulation.replug(bank),
    cut: (on) => medium.cut(on),
    fault: async (name, on) => {
      if (!isFaultName(name)) throw new Error(`there is no fault ${name}; the faults are ${FAULT_NAMES.join(", ")}`);
      await simulation.pbx.fault(name, on);
    },
    stop: () => simulation.stop(),
  };
}
