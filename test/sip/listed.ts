import { expect } from "vitest";
import { listOf, member, type TestMember } from "./lists.ts";
import { watching } from "./watching.ts";

export const LIST = "blflist";

/** Three lines and their list, and a PBX as the test plays it. */
export function listed(lines: readonly string[] = ["101", "102", "103"]) {
  const all = watching(lines, {}, LIST);
  const { agent, askedFor, watcher, reports, faults } = all;
  const tell = (version: number, whole: boolean, ...members: TestMember[]) =>
    agent.notify(askedFor(LIST).callId, listOf({ version, full: whole, members }));
  return {
    ...all,
    tellList: tell,
    accept: () => askedFor(LIST).answer(200, { headers: { Expires: "120" } }),
    /** Who asked for a subscription of its own, ever. */
    alone: () => lines.filter((line) => agent.asked.some(({ spec }) => spec.to === agent.uri(line))),
    asks: (line: string) => agent.asked.filter(({ spec }) => spec.to === agent.uri(line)).length,
    /** The list is there and all are idle. */
    beginListed(): void {
      watcher.start();
      askedFor(LIST).answer(200, { headers: { Expires: "120" } });
      tell(0, true, ...lines.map((line) => member(line)));
      expect(all.states()).toEqual(lines.map(() => "idle"));
      reports.length = 0;
      faults.length = 0;
    },
  };
}
