import { SystemClock } from "../../../drivers/system-clock.ts";
import { Daemon } from "../../../firmware/daemon.ts";
import type { Settings } from "../../../firmware/domain/settings.ts";
import type { Clock } from "../../../firmware/hal/clock.ts";
import { UserAgent } from "../../../firmware/sip/user-agent.ts";
import { handsOf } from "../../../sim/desk-hands.ts";
import { EtherReports } from "../../../sim/ether/ether-reports.ts";
import type { Heard } from "../../../sim/medium.ts";
import { passwordOf } from "../../../sim/pbx-plan.ts";
import { SimPhone } from "../../../sim/phone/phone.ts";
import { RealCourse } from "../../../sim/rehearsal/course.ts";
import type { Scene } from "../../../sim/rehearsal/scene.ts";
import { SimBoard } from "../../../sim/sim-board.ts";
import { simulated } from "../../../sim/simulated-settings.ts";
import { townOf } from "../../../sim/town.ts";
import { silentLog } from "../../recording-log.ts";

/** A panel and its town on a real PBX, on real sockets, in real time. Only hardware and people are simulated. */
export async function realScene(
  panel: Settings,
  pbx: { readonly host: string; readonly port: number },
  begins: Date,
): Promise<Scene & { start(): Promise<void> }> {
  const clock = beginning(begins);
  const settings = simulated(panel, pbx, "mqtt://127.0.0.1");
  const { desk, people, callers } = townOf(settings);
  const everybody = [...(desk ? [desk] : []), ...people, ...callers];
  const phones = new Map(
    everybody.map(({ number }) => {
      const habit = number === desk?.number ? "answers-on-header" : "manual";
      return [number, new SimPhone({ number, password: passwordOf(number), server: pbx, clock, habit })];
    }),
  );
  await Promise.all([...phones.values()].map((phone) => phone.start()));

  const board = new SimBoard(settings.board, clock);
  const listeners = new Set<Heard>();
  const daemon = new Daemon({
    settings,
    ...board.parts,
    agent: new UserAgent({ pbx: settings.pbx, clock, log: silentLog }),
    reporter: new EtherReports("blfd", settings.panel, (topic, payload) => {
      for (const listener of [...listeners]) listener(topic, payload);
    }),
    means: { askPhone: handsOf(phones.get(desk?.number ?? "")) },
    clock,
    log: silentLog,
    run: "scenario",
  });
  const unable = (what: string) => () => {
    throw new Error(`${what} is for a simulated PBX`);
  };
  return {
    settings,
    clock,
    course: new RealCourse(clock),
    phones,
    get buzzing() {
      return board.buzzing;
    },
    lit: (lamp) => board.lit(lamp),
    onLight: (listener) => board.onLight(listener),
    onPublish: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: (key) => board.close(key),
    open: (key) => board.open(key),
    unplug: (bank) => board.unplug(bank),
    replug: (bank) => board.replug(bank),
    start: () => daemon.start(),
    cut: unable("a cable that is cut"),
    fault: async () => unable("a fault")(),
    stop: async () => {
      await daemon.stop();
      await Promise.all([...phones.values()].map((phone) => phone.stop()));
    },
  };
}

/** The machine's clock, but for the date, which is that of the scenario. */
function beginning(at: Date): Clock {
  const clock = new SystemClock();
  const begun = clock.now();
  return {
    now: () => clock.now(),
    wall: () => new Date(at.getTime() + clock.now() - begun),
    at: (when, run) => clock.at(when, run),
  };
}
