import { type Asker, openBoard, openProfile, openScheme, type Shelf } from "../../firmware/config/data-file.ts";
import { disk, type Files } from "../../firmware/config/files.ts";
import type { Loaded } from "../../firmware/config/load.ts";
import { Findings, startOf } from "../../firmware/config/problem.ts";
import type { Board } from "../../firmware/domain/board.ts";
import type { Profile } from "../../firmware/domain/profile.ts";
import type { Scheme } from "../../firmware/domain/scheme.ts";

interface Options {
  /** The folder board-configs. */
  readonly boardConfigs: string;
  readonly files?: Files;
}

/** A board by its name in board-configs or its path, without settings that name it. */
export function loadBoard(nameOrPath: string, options: Options): Loaded<Board> {
  return alone(nameOrPath, options, openBoard);
}

/** As loadBoard(). */
export function loadProfile(nameOrPath: string, options: Options): Loaded<Profile> {
  return alone(nameOrPath, options, openProfile);
}

/** As loadBoard(). */
export function loadScheme(nameOrPath: string, options: Options): Loaded<Scheme> {
  return alone(nameOrPath, options, openScheme);
}

type Open<Value> = (name: string, shelf: Shelf, asker: Asker, findings: Findings) => Value | undefined;

function alone<Value>(nameOrPath: string, { boardConfigs, files = disk }: Options, open: Open<Value>): Loaded<Value> {
  const findings = new Findings();
  const asker = { folder: ".", place: startOf(nameOrPath), as: "" };
  const value = open(nameOrPath, { boardConfigs, files }, asker, findings);
  const { problems } = findings;
  return value === undefined || problems.length > 0 ? { ok: false, problems } : { ok: true, value };
}
