import { dirname, join } from "node:path";
import type * as z from "zod";
import { Secret } from "../domain/secret.ts";
import { isClean, type Sentence, section, text } from "./fields.ts";
import { beside, type Files, whyUnreadable } from "./files.ts";
import type { Path, Source } from "./source.ts";

const WANTED = "{ file: PATH }, { env: NAME } or { credential: NAME }";

/** What stands there is not quoted: it may be the password itself, in the wrong place. */
export function unquoted(wanted: string): Sentence {
  return ({ input }) => (input === undefined || input === null ? `missing; write ${wanted}` : `this is not ${wanted}`);
}

/** Where a password is kept. Never the password: these files are read by many, shown to others, and backed up. */
export const secretPlace = section(
  {
    file: text(unquoted("the path of a file that holds only the password"), /^[^\n]+$/).optional(),
    env: text(unquoted("the name of an environment variable"), /^[A-Za-z_][A-Za-z0-9_]*$/).optional(),
    credential: text(unquoted("the name of a systemd credential"), /^[A-Za-z0-9_.-]+$/).optional(),
  },
  ({ input }) =>
    input === undefined || input === null
      ? `missing; write ${WANTED}`
      : `a password is never written here; write ${WANTED}`,
)
  .refine((place) => Object.keys(place).length === 1, {
    error: `name one place; write ${WANTED}`,
    when: isClean,
  })
  .meta({ minProperties: 1, maxProperties: 1 });

export type SecretPlace = z.output<typeof secretPlace>;

/** Where secrets come from: the files, and the environment with systemd's $CREDENTIALS_DIRECTORY. */
export interface SecretStore {
  readonly files: Files;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Stands for every secret; then none is fetched. */
  readonly standIn?: Secret;
}

/** Fetches the secret that is named at `path`; undefined where that failed, and then `source` knows why. */
export function fetchSecret(place: SecretPlace, path: Path, source: Source, store: SecretStore): Secret | undefined {
  if (store.standIn !== undefined) return store.standIn;
  if (place.env !== undefined) return fromEnvironment(place.env, [...path, "env"], source, store);
  if (place.credential !== undefined) return fromCredential(place.credential, [...path, "credential"], source, store);
  if (place.file === undefined) return undefined;
  const file = beside(dirname(source.file), place.file);
  const secret = fromFile(file, [...path, "file"], source, store.files);
  if (secret !== undefined) warnIfShared(file, [...path, "file"], source, store.files);
  return secret;
}

function fromEnvironment(name: string, path: Path, source: Source, { env }: SecretStore): Secret | undefined {
  const value = env[name] ?? "";
  if (value !== "") return new Secret(value);
  source.problem(path, `$${name} is not set; set it for this program, or write { file: PATH }`);
  return undefined;
}

/** systemd.exec(5), LoadCredential=: a folder that only this service can read. */
function fromCredential(name: string, path: Path, source: Source, { env, files }: SecretStore): Secret | undefined {
  const folder = env.CREDENTIALS_DIRECTORY ?? "";
  if (folder !== "") return fromFile(join(folder, name), path, source, files);
  const text = `$CREDENTIALS_DIRECTORY is not set; systemd sets it where the unit has LoadCredential=${name}:PATH`;
  source.problem(path, text);
  return undefined;
}

function fromFile(file: string, path: Path, source: Source, files: Files): Secret | undefined {
  const content = contentOf(file, files);
  if (content instanceof Error) {
    source.problem(path, `${file} cannot be read: ${whyUnreadable(content)}`);
    return undefined;
  }
  const value = content.replace(/\r?\n$/, "");
  if (value.trim() === "") source.problem(path, `${file} is empty; put the password into it`);
  else if (/[\r\n]/.test(value)) source.problem(path, `${file} has more than one line; leave only the password in it`);
  else return new Secret(value);
  return undefined;
}

export function contentOf(file: string, files: Files): string | Error {
  try {
    return files.read(file);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

export function warnIfShared(file: string, path: Path, source: Source, files: Files): void {
  let mode: number;
  try {
    mode = files.mode(file);
  } catch {
    return;
  }
  if ((mode & 0o044) === 0) return;
  const who = (mode & 0o004) === 0 ? "its group" : "everyone";
  source.warn(path, `${file} can be read by ${who}; run chmod 600 ${file}`);
}
