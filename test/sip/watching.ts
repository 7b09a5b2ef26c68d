import { type LineReport, Watcher } from "../../firmware/sip/watcher.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { type Asked, FakeAgent, type NotifyFields } from "./fake-agent.ts";
import { Notes } from "./notes.ts";

/** A watcher of some lines, and a PBX as the test plays it. */
export function watching(lines: readonly string[] = ["101", "102"]) {
  const clock = new ManualClock();
  const agent = new FakeAgent();
  const log = new Notes();
  const reports: LineReport[] = [];
  const watcher = new Watcher({ agent, clock, log, random: () => 0 }, lines);
  watcher.onReport((report) => reports.push(report));
  /** The SUBSCRIBE that a line sent last. */
  const askedFor = (line: string): Asked => {
    const asked = agent.asked.filter((one) => one.spec.to === agent.uri(line)).at(-1);
    if (asked === undefined) throw new Error(`nothing asked for ${line}`);
    return asked;
  };
  return {
    clock,
    agent,
    log,
    reports,
    watcher,
    askedFor,
    tell: (line: string, fields: NotifyFields) => agent.notify(askedFor(line).callId, fields),
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
