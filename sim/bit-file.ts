import { closeSync, constants as fs, openSync, readFileSync, writeSync } from "node:fs";

/**
 * Opened each time, because an open file would keep a removed directory from being noticed; never truncated, so that
 * no reader meets an empty file.
 */
export function putBit(path: string, on: boolean): void {
  const file = openSync(path, fs.O_WRONLY | fs.O_CREAT, 0o644);
  try {
    writeSync(file, on ? "1\n" : "0\n", 0);
  } finally {
    closeSync(file);
  }
}

/** Undefined where the file says neither; false without a file. */
export function readBit(path: string): boolean | undefined {
  try {
    const [digit] = readFileSync(path, "latin1");
    return digit === "1" ? true : digit === "0" ? false : undefined;
  } catch {
    return false;
  }
}
