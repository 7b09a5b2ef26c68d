import { SystemClock } from "../../drivers/system-clock.ts";
import { toldOfCall, toldOfEvent } from "../../sim/chronicle.ts";
import { type Simulation, simulate } from "../../sim/simulation.ts";
import { Story } from "../../sim/story.ts";
import { type KeyNews, Terminal } from "../../sim/terminal/terminal.ts";
import { loadBoard, loadProfile, loadScheme } from "../config/load.ts";
import { renderProblem } from "../config/problem.ts";
import { createLog } from "../log.ts";
import { EXIT, type House, type Io } from "./io.ts";

const HELP = "1–9 a–g: press a key · n: a new call · h: hang up the desk phone · p: PBX silent, or back · q: quit";

/** `blfd sim`: a panel to press, drawn in the terminal; without a terminal, a line of text for everything that happens. */
export async function sim(args: readonly string[], io: Io, house: House): Promise<number> {
  if (args.length > 0) {
    io.err("blfd sim takes no arguments\n");
    return EXIT.usage;
  }
  const board = loadBoard("sim-16", house);
  const profile = loadProfile("asterisk", house);
  const scheme = loadScheme("default", house);
  if (!board.ok || !profile.ok || !scheme.ok) {
    for (const part of [board, profile, scheme]) {
      if (!part.ok) for (const problem of part.problems) io.err(`${renderProblem(problem)}\n`);
    }
    return EXIT.config;
  }

  const clock = new SystemClock();
  const drawn = process.stdout.isTTY && process.stdin.isTTY;
  const terminal = new Terminal({
    board: board.value,
    clock,
    help: HELP,
    out: process.stdout,
    lit: (id) => board.value.keys.filter((key) => key.id === id).flatMap((key) => simulation?.lit(key) ?? []),
    phone: () => `desk phone: ${simulation?.desk.state ?? "off"}`,
  });
  const say = (sentence: string | undefined) => {
    if (sentence === undefined) return;
    if (drawn) terminal.tell(sentence);
    else io.out(`${clock.wall().toISOString()} ${sentence}\n`);
  };
  const heard = (topic: string, payload: string) => {
    const [, , kind, key] = topic.split("/");
    if (kind === "event") say(toldOfEvent(payload));
    if (kind === "pbx") terminal.link((JSON.parse(payload) as { state: string }).state);
    if (kind !== "lamp" || key === undefined) return;
    const news = JSON.parse(payload) as KeyNews;
    terminal.key(key, news);
    if (!drawn) say(`lamp ${key} (${news.label}, ${news.line}): ${news.state}`);
  };

  let simulation: Simulation | undefined;
  if (drawn) terminal.start();
  else io.out("blfd sim: not a terminal, so this is only told; press keys in a terminal\n");
  const log = createLog({ level: "error", pretty: true });
  const onCall = (event: Parameters<typeof toldOfCall>[0]) => say(toldOfCall(event));
  try {
    simulation = await simulate({
      board: board.value,
      profile: profile.value,
      scheme: scheme.value,
      clock,
      log,
      onPublish: heard,
      onCall,
    });
    simulation.onLight(() => terminal.changed());
    const story = new Story(simulation, clock, Math.random);
    story.start();
    await quit(simulation, story, terminal);
    story.stop();
  } finally {
    terminal.stop();
    await simulation?.stop();
  }
  return EXIT.good;
}

/** Carries out what is typed, until somebody wants to leave. */
function quit(simulation: Simulation, story: Story, terminal: Terminal): Promise<void> {
  const { stdin } = process;
  let silent = false;
  return new Promise((resolve) => {
    const leave = () => {
      stdin.off("data", typed);
      if (stdin.isTTY) stdin.setRawMode(false);
      stdin.pause();
      resolve();
    };
    const stroke = (character: string) => {
      const key = [...terminal.strokes].find(([, wanted]) => wanted === character)?.[0];
      if (key !== undefined) simulation.press(key);
      else if (character === "n") story.call();
      else if (character === "h") void simulation.desk.hangUp();
      else if (character === "q" || character === "\x03") leave();
      else if (character === "p") {
        silent = !silent;
        simulation.pbx.silence(silent);
        terminal.tell(silent ? "the PBX has fallen silent" : "the PBX answers again");
      }
    };
    const typed = (text: Buffer) => {
      for (const character of text.toString("utf8")) stroke(character);
    };
    process.once("SIGTERM", leave);
    process.once("SIGINT", leave);
    if (!stdin.isTTY) return;
    stdin.setRawMode(true);
    stdin.on("data", typed);
  });
}
