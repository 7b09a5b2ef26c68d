import type { CheckSteps } from "../../firmware/config/load-scenario.ts";
import type { Step } from "../../firmware/config/step-file.ts";
import { FAULT_NAMES } from "../pbx/faults/faults.ts";
import { conversationOf } from "../replay/conversation-of.ts";
import { townOf } from "../town.ts";

/** Keys, lamps, banks, phones and faults have to be there, and in a captured conversation something to play. */
export const checkSteps: CheckSteps = (steps, settings, source, replay) => {
  const { board } = settings;
  const { desk, people, callers } = townOf(settings);
  const keys = board.keys.map(({ id }) => id);
  const known: Readonly<Record<Named["kind"], readonly string[]>> = {
    key: keys,
    lamp: [...keys, ...(board.lamps ?? []).map(({ id }) => id)],
    bank: board.banks.map(({ name }) => name),
    phone: [...(desk ? [desk] : []), ...people, ...callers].map(({ number }) => number),
    fault: FAULT_NAMES,
  };
  const why = replay === undefined ? undefined : whyNoConversation(replay);
  if (why !== undefined) source.problem(["replay"], `${replay} ${why}`);
  for (const [i, step] of steps.entries()) {
    for (const { kind, name, at } of named(step)) {
      if (replay !== undefined && (kind === "phone" || kind === "fault")) {
        source.problem(["steps", i, ...at], `a captured conversation has no ${kind} to be told anything; take it out`);
        continue;
      }
      if (known[kind].includes(name)) continue;
      source.problem(["steps", i, ...at], `there is no ${kind} ${name}; there is ${known[kind].join(", ")}`);
    }
    if (step.kind === "expect" && step.of === "buzzer" && board.buzzer === undefined) {
      source.problem(["steps", i, "expect", "buzzer"], `board ${board.name} has no buzzer; take it out`);
    }
  }
};

function whyNoConversation(file: string): string | undefined {
  try {
    conversationOf(file);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface Named {
  readonly kind: "key" | "lamp" | "bank" | "phone" | "fault";
  readonly name: string;
  readonly at: readonly string[];
}

/** What a step is about. Who is called may be any number that the PBX knows, codes too. */
function named(step: Step): readonly Named[] {
  switch (step.kind) {
    case "call":
    case "transfer":
      return [{ kind: "phone", name: step.from, at: [step.kind, "from"] }];
    case "answer":
    case "hang up":
    case "hold":
    case "resume":
    case "park":
      return [{ kind: "phone", name: step.number, at: [step.kind] }];
    case "press":
    case "close":
    case "open":
      return [{ kind: "key", name: step.key, at: [step.kind] }];
    case "unplug":
    case "replug":
      return [{ kind: "bank", name: step.bank, at: [step.kind] }];
    case "fault":
    case "mend":
      return [{ kind: "fault", name: step.name, at: [step.kind] }];
    case "expect":
      if (step.of === "lamp") return [{ kind: "lamp", name: step.lamp, at: ["expect", "lamp"] }];
      return step.of === "phone" ? [{ kind: "phone", name: step.number, at: ["expect", "phone"] }] : [];
    default:
      return [];
  }
}
