import { join } from "node:path";
import { parseArgs } from "node:util";
import { SystemClock } from "../../drivers/system-clock.ts";
import { callerText } from "../../sim/caller-text.ts";
import { Chronicle } from "../../sim/chronicle.ts";
import { Loopback } from "../../sim/loopback.ts";
import { Simulation } from "../../sim/simulation.ts";
import { Story } from "../../sim/story.ts";
import { type KeyNews, Terminal } from "../../sim/terminal/terminal.ts";
import type { WebServer } from "../../sim/web/server.ts";
import { SimulatedStage } from "../../sim/web/simulated-stage.ts";
import { loadSettings } from "../config/load.ts";
import { renderProblem } from "../config/problem.ts";
import type { Caller } from "../domain/caller.ts";
import { createLog } from "../log.ts";
import { EXIT, type House, type Io } from "./io.ts";
import { isReplay, replay } from "./replay.ts";
import { playScenarios } from "./scenarios.ts";
import { addressOf, portIn, webServer } from "./sim-web.ts";

const HELP = "1–9 a–z: press a key · N: a new call · H: hang up the desk phone · P: PBX silent, or back · Q: quit";

/** `blfd sim`: a panel to press, drawn in the terminal; without a terminal, a line of text for everything that happens. */
export async function sim(args: readonly string[], io: Io, house: House): Promise<number> {
  if (isReplay(args)) return replay(args, io, house);
  const options = wanted(args, io, house);
  if (options === undefined) return EXIT.usage;
  const { config, scenarios, junit, port } = options;
  if (scenarios.length > 0) return playScenarios(scenarios, junit, io, house);
  const loaded = loadSettings(config, { ...house, simulated: true });
  for (const problem of loaded.ok ? loaded.warnings : loaded.problems) io.err(`${renderProblem(problem)}\n`);
  if (!loaded.ok) return EXIT.config;
  const { settings } = loaded;

  const clock = new SystemClock();
  const log = createLog({ level: "error", pretty: true });
  const simulation = new Simulation({ settings, clock, log, medium: new Loopback() });
  const desk = simulation.town.desk && simulation.phones.get(simulation.town.desk.number);
  let web: WebServer;
  let address: string;
  try {
    web = webServer(new SimulatedStage(simulation, clock), port);
    address = addressOf(await web.start());
  } catch (error) {
    io.err(`blfd sim: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.failed;
  }
  const drawn = process.stdout.isTTY && process.stdin.isTTY;
  const terminal = new Terminal({
    board: settings.board,
    clock,
    help: [`in a browser: ${address}`, HELP],
    out: process.stdout,
    lit: (key) => simulation.lit(key),
    phone: () => (desk ? `desk phone: ${desk.state}` : "no desk phone"),
  });
  const say = (sentence: string | undefined) => {
    if (sentence === undefined) return;
    if (drawn) terminal.tell(sentence);
    else io.out(`${clock.wall().toISOString()} ${sentence}\n`);
  };
  const chronicle = new Chronicle(simulation.town);
  simulation.onCall((event) => say(chronicle.call(event)));
  simulation.onLight(() => terminal.changed());
  simulation.onPublish((topic, payload) => {
    const [, , kind, key] = topic.split("/");
    if (kind === "event") say(chronicle.report(payload));
    if (kind === "pbx") terminal.link((JSON.parse(payload) as { state: string }).state);
    if (kind !== "lamp" || key === undefined) return;
    const news = newsOf(payload);
    terminal.key(key, news);
    const from = news.caller === undefined ? "" : `, from ${news.caller}`;
    if (!drawn) say(`lamp ${key} (${news.label}, ${news.line}): ${news.state}${from}`);
  });

  if (drawn) terminal.start();
  else io.out(`blfd sim: the panel is at ${address}; what happens is told here\n`);
  try {
    await simulation.start();
    const story = new Story(simulation, clock, Math.random);
    story.start();
    await quit(simulation, story, terminal);
    story.stop();
  } finally {
    terminal.stop();
    await web.stop();
    await simulation.stop();
  }
  return EXIT.good;
}

interface Wanted {
  /** The settings to simulate; those of a made-up town where none are named. */
  readonly config: string;
  readonly scenarios: readonly string[];
  readonly junit?: string | undefined;
  /** Of the page. */
  readonly port: number;
}

function wanted(args: readonly string[], io: Io, { boardConfigs }: House): Wanted | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: "string", short: "c" },
        scenario: { type: "string", multiple: true, default: [] },
        junit: { type: "string" },
        port: { type: "string", default: "0" },
      },
    });
    const { config = join(boardConfigs, "panels/town/blfd.yaml"), scenario: scenarios, junit } = values;
    if (junit !== undefined && scenarios.length === 0)
      throw new Error("--junit is for scenarios; write --scenario FILE");
    if (values.config !== undefined && scenarios.length > 0)
      throw new Error("a scenario names its panel itself; leave -c out");
    return { config, scenarios, junit, port: portIn(values.port) };
  } catch (error) {
    io.err(`blfd sim: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

/** What is shown of a key: a line, or a group, slot or action of the panel's. */
function newsOf(payload: string): KeyNews {
  const {
    label = "",
    state = "",
    line,
    group,
    slot,
    action,
    caller,
  } = JSON.parse(payload) as Partial<Record<"label" | "state" | "line" | "group" | "slot" | "action", string>> & {
    readonly caller?: Caller;
  };
  const about = line ?? group ?? slot ?? action ?? "";
  return { label, state, line: about, ...(caller && { caller: callerText(caller) }) };
}

/** Carries out what is typed, until somebody wants to leave. */
function quit(simulation: Simulation, story: Story, terminal: Terminal): Promise<void> {
  const { stdin } = process;
  const { town, phones, pbx } = simulation;
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
      const wish = character.toUpperCase();
      if (key !== undefined) simulation.press(key);
      else if (wish === "N") story.call();
      else if (wish === "H") void phones.get(town.desk?.number ?? "")?.hangUp();
      else if (wish === "Q" || character === "\x03") leave();
      else if (wish === "P") {
        silent = !silent;
        pbx.silence(silent);
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
