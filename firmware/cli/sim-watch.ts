import { parseArgs } from "node:util";
import { SystemClock } from "../../drivers/system-clock.ts";
import { planOf } from "../../sim/web/plan.ts";
import { WatchedStage } from "../../sim/web/watched-stage.ts";
import { loadSettings } from "../config/load.ts";
import { renderProblem } from "../config/problem.ts";
import { Secret } from "../domain/secret.ts";
import type { MqttSettings, Settings } from "../domain/settings.ts";
import { createLog } from "../log.ts";
import { Listener } from "../mqtt/listener.ts";
import { topicsOf } from "../mqtt/topics.ts";
import { DEFAULT_SETTINGS, EXIT, type House, type Io } from "./io.ts";
import { addressOf, portIn, webServer } from "./sim-web.ts";

/** Whom to watch, and where it reports. */
interface Watched {
  readonly panel: string;
  readonly mqtt: MqttSettings;
  /** Where its settings are known: its board and its labels. */
  readonly settings?: Settings;
}

/** `blfd sim --watch`: a running panel on a page, by what it reports over MQTT, until a signal ends it. */
export async function simWatch(args: readonly string[], io: Io, house: House): Promise<number> {
  const wish = wanted(args, io);
  if (wish === undefined) return EXIT.usage;
  const watched = wish.url === undefined ? fromSettings(wish.config, io, house) : fromUrl(wish.url, io);
  if (typeof watched === "number") return watched;
  const { panel, mqtt, settings } = watched;

  const clock = new SystemClock();
  const log = createLog({ level: "warn", pretty: process.stderr.isTTY });
  const topics = topicsOf(mqtt.topic, panel);
  const listener = new Listener({ settings: mqtt, filter: topics.all, clock, log });
  const plan = settings && planOf(settings, true);
  const stage = new WatchedStage({ panel, topics, listener, clock, ...(plan && { plan }) });
  try {
    const web = webServer(stage, wish.port);
    io.out(`blfd sim: panel ${panel} is to be seen at ${addressOf(await web.start())}; Ctrl-C ends this\n`);
    await new Promise<void>((resolve) => {
      process.once("SIGTERM", resolve);
      process.once("SIGINT", resolve);
    });
    await web.stop();
    return EXIT.good;
  } catch (error) {
    io.err(`blfd sim: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.failed;
  } finally {
    stage.stop();
  }
}

function wanted(
  args: readonly string[],
  io: Io,
): { config: string; url: string | undefined; port: number } | undefined {
  try {
    const options = {
      watch: { type: "boolean" },
      config: { type: "string", short: "c" },
      port: { type: "string", default: "0" },
    } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [url, ...more] = positionals;
    if (more.length > 0 || (url !== undefined && values.config !== undefined)) {
      throw new Error("--watch takes the panel's settings (-c FILE) or an MQTT URL, one of them");
    }
    return { config: values.config ?? DEFAULT_SETTINGS, url, port: portIn(values.port) };
  } catch (error) {
    io.err(`blfd sim: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

function fromSettings(file: string, io: Io, house: House): Watched | number {
  const loaded = loadSettings(file, house);
  for (const problem of loaded.ok ? loaded.warnings : loaded.problems) io.err(`${renderProblem(problem)}\n`);
  if (!loaded.ok) return EXIT.config;
  const { settings } = loaded;
  const { panel, mqtt } = settings;
  if (mqtt !== undefined) return { panel, mqtt, settings };
  io.err(`${file}: without mqtt, the panel reports nothing that could be watched\n`);
  return EXIT.config;
}

/** `mqtt://user:password@host:1883/blfd/ward-3`: the broker, and the topic below which the panel reports. */
function fromUrl(text: string, io: Io): Watched | number {
  try {
    const { username, password, protocol, host, pathname } = new URL(text);
    const names = pathname.split("/").filter((level) => level !== "");
    const [panel, ...root] = names.map((level) => decodeURIComponent(level)).reverse();
    if (/^mqtts?:$/.test(protocol) && host !== "" && panel !== undefined && root.length > 0) {
      const mqtt = {
        url: `${protocol}//${host}`,
        topic: root.reverse().join("/"),
        ...(username !== "" && { user: decodeURIComponent(username) }),
        ...(password !== "" && { password: new Secret(decodeURIComponent(password)) }),
      };
      return { panel, mqtt };
    }
  } catch {
    // No URL: told as any other that names no panel.
  }
  io.err(
    `blfd sim: ${text} does not name a panel; write mqtt://HOST/TOPIC/PANEL, such as mqtt://127.0.0.1/blfd/ward-3\n`,
  );
  return EXIT.usage;
}
