import { type LineReport, type LineWishes, Watcher } from "../../firmware/sip/watcher.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { RecordingLog } from "../recording-log.ts";
import { type Asked, FakeAgent, type NotifyFields } from "./fake-agent.ts";

/** A watcher of some lines, and a PBX as the test plays it. */
export function watching(lines: readonly string[] = ["101", "102"], wishes: LineWishes = {}, list?: string) {
  const clock = new ManualClock();
  const agent = new FakeAgent();
  const log = new RecordingLog();
  const reports: LineReport[] = [];
  /** What is wrong with the list, as it was told. */
  const faults: (string | undefined)[] = [];
  const watcher = new Watcher({ agent, clock, log, random: () => 0 }, lines, () => wishes, list);
  watcher.onListFault((_, why) => faults.push(why));
  watcher.onReport((report) => reports.push(report));
  /** The SUBSCRIBE that a line sent last. */
  const askedFor = (line: string, event = "dialog"): Asked => {
    const of = (one: Asked) => one.spec.to === agent.uri(line) && one.header("Event") === event;
    const asked = agent.asked.filter(of).at(-1);
    if (asked === undefined) throw new Error(`no ${event} asked for ${line}`);
    return asked;
  };
  return {
    clock,
    agent,
    log,
    reports,
    faults,
    watcher,
    askedFor,
    tell: (line: string, fields: NotifyFields) => agent.notify(askedFor(line, fields.event).callId, fields),
    states: () => lines.map((line) => watcher.view(line).state),
    /** Started, subscribed, and all idle. */
    begin(): void {
      watcher.start();
      for (const line of lines) {
        askedFor(line).answer(200, { headers: { Expires: "120" } });
        agent.notify(askedFor(line).callId, { body: full(0) });
      }
      reports.length = 0;
    },
  };
}

export function full(version: number, ...dialogs: string[]): string {
  return info(version, "full", dialogs);
}

export function partial(version: number, ...dialogs: string[]): string {
  return info(version, "partial", dialogs);
}

export function info(version: number, state: string, dialogs: readonly string[]): string {
  return `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="${state}" entity="sip:x">${dialogs.join("")}</dialog-info>`;
}

export function dialog(state: string, id = "101", more = ""): string {
  return `<dialog id="${id}" direction="recipient" ${more}><state>${state}</state></dialog>`;
}

export const RINGING = dialog("early");
