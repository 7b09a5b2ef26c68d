import { SystemClock } from "../../drivers/system-clock.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Log } from "../../firmware/hal/log.ts";
import { EtherMedium } from "../ether/ether-medium.ts";
import { Passage } from "../ether/passage.ts";
import { ManualClock } from "../manual-clock.ts";
import { FAULT_NAMES, isFaultName } from "../pbx/faults/faults.ts";
import { Simulation } from "../simulation.ts";
import { type Course, RealCourse } from "./course.ts";
import { loadPanel } from "./load-panel.ts";
import type { SimulateOptions } from "./options.ts";
import { Rehearsal } from "./rehearsal.ts";
import type { Scene } from "./scene.ts";
import { seeded } from "./seeded.ts";

const MONDAY = "2026-03-02T09:00";
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** As simulate(), with the simulation behind it. */
export async function rehearse(options: SimulateOptions): Promise<{ rehearsal: Rehearsal; simulation: Simulation }> {
  const { panel = "town", settings = loadPanel(panel), clock: kind = "manual", at = MONDAY, seed = 1 } = options;
  const manual = kind === "manual" ? new ManualClock(0, dateOf(at)) : undefined;
  const clock = manual ?? new SystemClock();
  const medium = new EtherMedium(clock);
  const simulation = new Simulation({ settings, clock, log: SILENT, medium, random: seeded(seed) });
  const course = manual ? new Passage(manual) : new RealCourse(clock);
  const rehearsal = new Rehearsal(sceneOf(simulation, medium, clock, course));
  await course.whilst(simulation.start());
  await rehearsal.ready();
  return { rehearsal, simulation };
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
