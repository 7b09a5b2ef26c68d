import { renderProblem } from "../../firmware/config/problem.ts";
import type { Verdict } from "./player.ts";
import { timelineText } from "./timeline.ts";

/** Verdicts as CI systems read them (JUnit's XML). */
export function junit(verdicts: readonly Verdict[]): string {
  const failures = verdicts.filter(({ failure }) => failure).length;
  const cases = verdicts.map((verdict) => {
    const { scenario, failure, took } = verdict;
    const lines = [
      `    <testcase classname="${escaped(scenario.file)}" name="${escaped(scenario.title)}" time="${took / 1000}">`,
      ...(failure
        ? [`      <failure message="${escaped(renderProblem({ ...failure.place, text: failure.message }))}"/>`]
        : []),
      `      <system-out>${escaped(timelineText(verdict))}</system-out>`,
      "    </testcase>",
    ];
    return lines.join("\n");
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="blfd scenarios" tests="${verdicts.length}" failures="${failures}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>\n",
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 has no way to write most control characters. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign).replace(/[^\t\n\r\P{Cc}]/gu, "�");
}
