import type { LoadedSettings } from "../config/load.ts";
import { renderProblem } from "../config/problem.ts";
import type { Daemon, DaemonParts } from "../daemon.ts";
import type { Settings } from "../domain/settings.ts";
import type { Log } from "../hal/log.ts";
import type { CommandResult } from "../mqtt/command.ts";
import { EXIT } from "./io.ts";

export interface Supervised {
  /** The settings as their files have them now. */
  readonly load: () => LoadedSettings;
  /** A panel with these settings, not started. */
  readonly make: (settings: Settings, reload: NonNullable<DaemonParts["reload"]>) => Daemon;
  /** Resolves with the exit code once the process is to end. */
  readonly ended: Promise<number>;
  readonly log: Log;
}

/** A command that is still to be answered. */
interface Owed {
  readonly id: string | undefined;
  readonly result: CommandResult;
}

interface Reload {
  readonly settings: Settings;
  readonly id: string | undefined;
}

/**
 * Runs a panel until the process is to end; whatever ends it, the lamps are dark afterwards. A reload stops it whole and
 * starts another one, whose lamps come from unknown: nothing is carried over that could be about other lines or lamps. If
 * the other one cannot start, the former settings are taken again.
 */
export async function supervise(first: Settings, parts: Supervised): Promise<number> {
  const { log } = parts;
  let settings = first;
  let former: Settings | undefined;
  let owed: Owed | undefined;
  for (;;) {
    const { daemon, reloaded } = panelOf(settings, parts);
    // What was told of keys that are gone would be believed as long as the panel is online.
    if (former && sameTopics(former, settings)) daemon.forget(former.keys.map(({ id }) => id));
    try {
      await daemon.start();
    } catch (error) {
      log.error({ err: error }, "cannot start");
      await daemon.stop();
      if (former === undefined) return EXIT.failed;
      const why = `the new settings do not start, the former ones are back: ${error instanceof Error ? error.message : String(error)}`;
      [settings, former, owed] = [former, undefined, { id: owed?.id, result: { result: "failed", why } }];
      continue;
    }
    log.info({}, "running");
    if (owed) daemon.answer("reload", owed.id, owed.result);
    const next = await Promise.race([parts.ended, reloaded]);
    await daemon.stop();
    if (typeof next === "number") return next;
    log.info({}, "reloading");
    [settings, former, owed] = [next.settings, settings, { id: next.id, result: { result: "done" } }];
  }
}

/** A panel, and what it is to become once somebody wants it to read its configuration anew. */
function panelOf(settings: Settings, { load, make }: Supervised): { daemon: Daemon; reloaded: Promise<Reload> } {
  let become: (reload: Reload) => void = () => {};
  let leaving = false;
  const reloaded = new Promise<Reload>((resolve) => {
    become = resolve;
  });
  const daemon = make(settings, (id) => {
    if (leaving) return { result: "refused", why: "a reload is under way" };
    const loaded = load();
    if (!loaded.ok) {
      const problems = loaded.problems.map(renderProblem);
      const many = problems.length === 1 ? "one problem" : `${problems.length} problems`;
      return { result: "failed", why: `the configuration has ${many}; nothing is changed`, problems };
    }
    leaving = true;
    become({ settings: loaded.settings, id });
    return undefined;
  });
  return { daemon, reloaded };
}

function sameTopics(former: Settings, settings: Settings): boolean {
  const place = ({ panel, mqtt }: Settings) => `${mqtt?.url} ${mqtt?.topic} ${panel}`;
  return place(former) === place(settings);
}
