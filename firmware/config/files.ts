import { readdirSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/** What the configuration needs of a disk. All three throw Node's file errors. */
export interface Files {
  read(path: string): string;
  /** Permission bits, such as 0o640. */
  mode(path: string): number;
  names(folder: string): readonly string[];
}

export const disk: Files = {
  read: (path) => readFileSync(path, "utf8"),
  mode: (path) => statSync(path).mode & 0o777,
  names: (folder) => readdirSync(folder),
};

/** What stood in the way of reading a file, for a person. */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "this user may not read it";
    case "EISDIR":
      return "it is a folder";
    default:
      return typeof code === "string" ? `reading it failed (${code})` : "reading it failed";
  }
}

/** A path that a file in `folder` names. Relative stays relative, as people write it and want to read it again. */
export function beside(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
