import type { KeyId } from "../../firmware/domain/key.ts";
import type { LineState } from "../../firmware/domain/line-state.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import { Chronicle } from "../chronicle.ts";
import type { LampNews } from "../rehearsal/witness.ts";
import { townOf } from "../town.ts";
import type { Replay } from "./replay.ts";

/** What comes of the last message is seen by then. */
const AFTERWARDS: Millis = 2000;

/** A lamp shows something else from now on. */
export interface LampChange {
  /** Since the capture's first message. */
  readonly at: Millis;
  readonly key: KeyId;
  /** The line, group or slot that the key is for. */
  readonly of: string;
  readonly state: LineState;
  readonly colour: string;
  readonly cadence: string;
}

/** One thing that a replay showed, or that was not as it was then. */
export type Moment =
  | ({ readonly kind: "lamp" } & LampChange)
  | { readonly kind: "seen" | "otherwise"; readonly at: Millis; readonly text: string };

/** Plays a capture to its end. What was before its beginning is told as of the beginning. */
export async function playBack(replay: Replay, took: Millis): Promise<readonly Moment[]> {
  const { scene, begins } = replay;
  const moments: Moment[] = [];
  const shown = new Map<KeyId, string>();
  const chronicle = new Chronicle(townOf(replay.settings));
  const now = () => Math.max(0, scene.clock.now() - begins);
  const deaf = replay.onTold((text) => moments.push({ kind: "otherwise", at: now(), text }));
  const blind = scene.onPublish((topic, payload) => {
    const [kind, name = ""] = topic.split("/").slice(-2);
    if (name === "event") {
      const text = chronicle.report(payload);
      if (text !== undefined) moments.push({ kind: "seen", at: now(), text });
    }
    if (kind !== "lamp") return;
    const { state, colour, cadence, line, group, slot } = JSON.parse(payload) as LampNews & Record<string, string>;
    const look = `${state} ${colour} ${cadence}`;
    const before = shown.get(name);
    if (before === look) return;
    shown.set(name, look);
    // Every lamp is unknown at first.
    if (before === undefined && state === "unknown") return;
    const of = line ?? group ?? slot ?? "";
    moments.push({ kind: "lamp", at: now(), key: name, of, state: state as LineState, colour, cadence });
  });
  await replay.start();
  await scene.course.run(begins + took + AFTERWARDS);
  deaf();
  blind();
  return moments;
}

/** What happened and when, for a person to read; with a line end. */
export function playbackText(moments: readonly Moment[]): string {
  const lines: string[] = [];
  for (let i = 0, next = 0; i < moments.length; i = next) {
    const moment = moments[i];
    if (!moment) break;
    next = i + 1;
    const when = (moment.at / 1000).toFixed(3).padStart(10);
    if (moment.kind !== "lamp") {
      lines.push(`${when}  ${moment.kind === "seen" ? " ·" : " ≠"} ${moment.text}`);
      continue;
    }
    const alike = [moment];
    for (let other = moments[next]; other?.kind === "lamp" && isAlike(moment, other); other = moments[++next]) {
      alike.push(other);
    }
    const light = moment.cadence === "dark" ? "dark" : `${moment.colour} ${moment.cadence}`;
    lines.push(`${when}  ▸ ${lampsIn(alike)}: ${moment.state}, ${light}`);
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function isAlike(one: LampChange, other: LampChange): boolean {
  return (
    one.at === other.at && one.state === other.state && one.colour === other.colour && one.cadence === other.cadence
  );
}

/** `lamp 1 (101)`; of many that change at once the first and the last. */
function lampsIn(changes: readonly LampChange[]): string {
  const names = changes.map(({ key, of }) => `${key}${of === "" ? "" : ` (${of})`}`);
  if (names.length === 1) return `lamp ${names[0]}`;
  return names.length > 4 ? `${names.length} lamps, ${names[0]} … ${names.at(-1)}` : `lamps ${names.join(", ")}`;
}
