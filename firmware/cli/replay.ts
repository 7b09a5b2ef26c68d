import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Conversation } from "../../sim/replay/conversation.ts";
import { conversationOf } from "../../sim/replay/conversation-of.ts";
import { panelOf } from "../../sim/replay/panel-of-capture.ts";
import { playBack, playbackText } from "../../sim/replay/playback.ts";
import { Replay } from "../../sim/replay/replay.ts";
import { scoreOf } from "../../sim/replay/score.ts";
import { loadSettings } from "../config/load.ts";
import { renderProblem } from "../config/problem.ts";
import type { Settings } from "../domain/settings.ts";
import { EXIT, type House, type Io } from "./io.ts";

export const isReplay = (args: readonly string[]): boolean => args.some((arg) => /^--replay(?:=|$)/.test(arg));

/**
 * `blfd sim --replay`: plays what a PBX said in a captured conversation to the whole daemon, and tells what lamps showed and what
 * was otherwise than then. 1 where the capture holds nothing to play.
 */
export async function replay(args: readonly string[], io: Io, house: House): Promise<number> {
  const wanted = options(args, io);
  if (wanted === undefined) return EXIT.usage;
  const { file, config, panel } = wanted;
  const conversation = read(file, panel, io);
  if (conversation === undefined) return EXIT.failed;
  const like = settingsOf(config ?? join(house.boardConfigs, "panels/town/blfd.yaml"), io, house);
  if (like === undefined) return EXIT.config;
  const settings = config === undefined ? panelOf(scoreOf(conversation), conversation.spoken, like) : like;

  if (settings.keys.length === 0) {
    io.err(`${file}: tells of no line\n`);
    return EXIT.failed;
  }
  for (const { line, text } of conversation.flaws) io.err(`${file}:${line}: ${text}\n`);
  const played = new Replay({ conversation, settings });
  io.out(`${file}: ${about(conversation, played)}\n`);
  try {
    io.out(playbackText(await playBack(played, conversation.took)));
  } finally {
    await played.scene.course.whilst(played.stop());
  }
  return EXIT.good;
}

interface Wanted {
  readonly file: string;
  /** The panel of the capture where absent. */
  readonly config?: string | undefined;
  /** Whose conversation. */
  readonly panel?: string | undefined;
}

function options(args: readonly string[], io: Io): Wanted | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        replay: { type: "string" },
        config: { type: "string", short: "c" },
        panel: { type: "string" },
      },
    });
    const { replay: file = "", config, panel } = values;
    return { file, config, panel };
  } catch (error) {
    io.err(`blfd sim --replay: ${textOf(error)}\n`);
    return undefined;
  }
}

function read(file: string, panel: string | undefined, io: Io): Conversation | undefined {
  try {
    return conversationOf(file, panel);
  } catch (error) {
    io.err(`${file}: ${textOf(error)}\n`);
    return undefined;
  }
}

function settingsOf(file: string, io: Io, house: House): Settings | undefined {
  const loaded = loadSettings(file, { ...house, simulated: true });
  for (const problem of loaded.ok ? loaded.warnings : loaded.problems) io.err(`${renderProblem(problem)}\n`);
  return loaded.ok ? loaded.settings : undefined;
}

function about({ panel, others, spoken, took }: Conversation, { score, settings }: Replay): string {
  const { length } = settings.keys;
  return [
    `${spoken.length} messages of ${panel} and its PBX in ${(took / 1000).toFixed(3)} s, played to a panel of ${length === 1 ? "one key" : `${length} keys`}`,
    ...(others.length > 0 ? [`left out: ${others.join(", ")} (--panel NAME takes another)`] : []),
    ...(score.beside > 0 ? [`left out: ${score.beside} reports in other subscriptions to the same lines`] : []),
  ].join("; ");
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
