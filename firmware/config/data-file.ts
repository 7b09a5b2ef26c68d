import { basename, dirname, join } from "node:path";
import type { Board } from "../domain/board.ts";
import type { Profile } from "../domain/profile.ts";
import type { Scheme } from "../domain/scheme.ts";
import { checkBoard } from "./board-check.ts";
import { boardFile, boardParts, toBoard } from "./board-file.ts";
import { orList } from "./fields.ts";
import { beside, type Files } from "./files.ts";
import { firstPass } from "./first-pass.ts";
import { type PhoneFile, phoneFile } from "./phone-file.ts";
import type { Findings, Place } from "./problem.ts";
import { profileFile, toProfile } from "./profile-file.ts";
import { checkScheme, schemeFile } from "./scheme-file.ts";
import { openSource, type Source } from "./source.ts";

/** Where a name like `pi-12` is looked up, and what reads it. */
export interface Shelf {
  /** The folder board-configs, with boards, phones, profiles and schemes in it. */
  readonly boardConfigs: string;
  readonly files: Files;
}

/** Who asks for a file: paths are relative to `folder`, and a name that leads nowhere is a problem at `place`. */
export interface Asker {
  readonly folder: string;
  readonly place: Place;
  /** As problems call it, with its colon: "board: ". */
  readonly as: string;
}

export function openBoard(name: string, shelf: Shelf, asker: Asker, findings: Findings): Board | undefined {
  const source = open("board", name, shelf, asker, findings);
  if (source === undefined) return undefined;
  const { whole, parts } = firstPass(boardFile, boardParts, source);
  if (parts !== undefined) checkBoard(parts, source);
  return whole && toBoard(plainName(name), whole, dirname(source.file));
}

export function openProfile(name: string, shelf: Shelf, asker: Asker, findings: Findings): Profile | undefined {
  const source = open("profile", name, shelf, asker, findings);
  const whole = source && firstPass(profileFile, profileFile, source).whole;
  return whole && toProfile(plainName(name), whole);
}

export function openScheme(name: string, shelf: Shelf, asker: Asker, findings: Findings): Scheme | undefined {
  const source = open("scheme", name, shelf, asker, findings);
  const whole = source && firstPass(schemeFile, schemeFile, source).whole;
  if (source === undefined || whole === undefined) return undefined;
  const scheme: Scheme = { name: plainName(name), ...whole };
  checkScheme(scheme, source);
  return scheme;
}

export function openPhone(name: string, shelf: Shelf, asker: Asker, findings: Findings): PhoneFile | undefined {
  const source = open("phone", name, shelf, asker, findings);
  return source && firstPass(phoneFile, phoneFile, source).whole;
}

function open(
  kind: "board" | "phone" | "profile" | "scheme",
  name: string,
  shelf: Shelf,
  asker: Asker,
  findings: Findings,
): Source | undefined {
  if (isPath(name)) return openSource(beside(asker.folder, name), shelf.files, findings);
  const folder = join(shelf.boardConfigs, `${kind}s`);
  const known = namesIn(folder, shelf.files);
  if (known.includes(name)) return openSource(join(folder, `${name}.yaml`), shelf.files, findings);
  const mend = known.length > 0 ? `write ${orList(known)}, or a path` : `${folder} holds none; write a path`;
  findings.problem(asker.place, `${asker.as}there is no ${kind} ${name}; ${mend} such as ./my-${kind}.yaml`);
  return undefined;
}

function isPath(name: string): boolean {
  return name.includes("/") || name.endsWith(".yaml");
}

function plainName(name: string): string {
  return basename(name, ".yaml");
}

function namesIn(folder: string, files: Files): string[] {
  try {
    const names = files.names(folder).filter((file) => file.endsWith(".yaml"));
    return names.map((file) => file.slice(0, -".yaml".length)).sort();
  } catch {
    return [];
  }
}
