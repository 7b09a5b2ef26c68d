import { dirname } from "node:path";
import type { Board } from "../domain/board.ts";
import { Secret } from "../domain/secret.ts";
import type { Settings } from "../domain/settings.ts";
import { type Asker, openBoard, openProfile, openScheme, type Shelf } from "./data-file.ts";
import { disk, type Files } from "./files.ts";
import { firstPass } from "./first-pass.ts";
import { Findings, type Problem } from "./problem.ts";
import { REMOTE, readRemote } from "./remote-control.ts";
import { fetchSecret, type SecretPlace } from "./secrets.ts";
import { checkSettings } from "./settings-check.ts";
import { settingsFile, settingsParts } from "./settings-file.ts";
import { openSource, type Path, type Source } from "./source.ts";
import { readTls } from "./tls-files.ts";
import { toSettings } from "./to-settings.ts";

export interface LoadOptions {
  /** The folder board-configs, with boards, phones, profiles and schemes in it. */
  readonly boardConfigs: string;
  readonly files?: Files;
}

export interface LoadSettingsOptions extends LoadOptions {
  /** For passwords in variables, and systemd's $CREDENTIALS_DIRECTORY. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For a simulation, on whatever machine: passwords and certificates are not fetched, since they are at the panel's only. */
  readonly simulated?: boolean;
}

/** Never leaves this machine: a simulation has a PBX, a broker and accounts of its own. */
const STAND_IN = new Secret("simulated");

export interface Failure {
  readonly ok: false;
  readonly problems: readonly Problem[];
}

export type Loaded<Value> = { readonly ok: true; readonly value: Value } | Failure;

export type LoadedSettings =
  | { readonly ok: true; readonly settings: Settings; readonly warnings: readonly Problem[] }
  | Failure;

/** Reads blfd.yaml and all that it names. Either everything is right, or every problem of every file is told. */
export function loadSettings(file: string, options: LoadSettingsOptions): LoadedSettings {
  const findings = new Findings();
  const files = options.files ?? disk;
  const shelf: Shelf = { boardConfigs: options.boardConfigs, files };
  const source = openSource(file, files, findings);
  if (source === undefined) return { ok: false, problems: findings.problems };

  const { whole, parts = {} } = firstPass(settingsFile, settingsParts, source);
  const board = parts.board && openBoard(parts.board, shelf, askerAt(["board"], source), findings);
  const profileName = parts.pbx?.profile;
  const profile = profileName && openProfile(profileName, shelf, askerAt(["pbx", "profile"], source), findings);
  const scheme = parts.scheme && openScheme(parts.scheme, shelf, askerAt(["scheme"], source), findings);

  const { env, simulated = false } = options;
  const store = { files, env, ...(simulated && { standIn: STAND_IN }) };
  const fetch = (place: SecretPlace | undefined, path: Path) => place && fetchSecret(place, path, source, store);
  const password = fetch(parts.pbx?.password, ["pbx", "password"]);
  const tls = simulated ? undefined : parts.pbx?.tls && readTls(parts.pbx.tls, source, files);
  const brokerPassword = fetch(parts.mqtt?.password, ["mqtt", "password"]);

  const { remote: remoteParts } = parts.pickup?.phone ?? {};
  const phoneAsker = askerAt([...REMOTE, "phone"], source);
  const remote = remoteParts && readRemote(remoteParts, phoneAsker, source, shelf, store);

  const known = { parts, board: board || undefined, profile: profile || undefined, remote };
  checkSettings(known, source);

  const { problems, warnings } = findings;
  if (problems.length > 0 || !whole || !board || !profile || !scheme || !password) return { ok: false, problems };
  const named = { board, profile, scheme, password, brokerPassword, tls, remote };
  return { ok: true, settings: toSettings(whole, named), warnings };
}

function askerAt(path: Path, source: Source): Asker {
  return { folder: dirname(source.file), place: source.valueAt(path), as: `${path.join(".")}: ` };
}

/** The board that settings name, whatever else is wrong with them. */
export function loadBoardOf(file: string, options: LoadOptions): Loaded<Board> {
  const [inSettings, inBoard] = [new Findings(), new Findings()];
  const files = options.files ?? disk;
  const source = openSource(file, files, inSettings);
  if (source === undefined) return { ok: false, problems: inSettings.problems };
  const { board: name } = firstPass(settingsFile, settingsParts, source).parts ?? {};
  if (name === undefined) return { ok: false, problems: inSettings.problems };
  const shelf: Shelf = { boardConfigs: options.boardConfigs, files };
  const value = openBoard(name, shelf, askerAt(["board"], source), inBoard);
  const { problems } = inBoard;
  return value === undefined || problems.length > 0 ? { ok: false, problems } : { ok: true, value };
}
