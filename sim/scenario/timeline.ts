import { renderProblem } from "../../firmware/config/problem.ts";
import type { Moment, Verdict } from "./player.ts";

const SIGNS: Readonly<Record<Moment["kind"], string>> = { said: "#", deed: "▸", seen: " ·", met: " ✓", missed: " ✗" };

/** What happened and when, for a person to read; with a line end. */
export function timelineText({ scenario, timeline, failure }: Verdict): string {
  const lines = timeline.map(({ at, kind, text }) => {
    const when = (at / 1000).toFixed(1).padStart(7);
    return kind === "said" ? `${" ".repeat(9)}# ${text}` : `${when}  ${SIGNS[kind]} ${text}`;
  });
  const end = failure ? [`${renderProblem({ ...failure.place, text: failure.message })}`] : [];
  return `${[`${scenario.title} — ${failure ? "FAILED" : "good"}`, ...lines, ...end].join("\n")}\n`;
}
