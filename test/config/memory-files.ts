import { basename, dirname } from "node:path";
import type { Files } from "../../firmware/config/files.ts";

/** A disk of the test's own: files by path, and paths that fail with an error code. */
export class MemoryFiles implements Files {
  readonly #texts = new Map<string, string>();
  readonly #modes = new Map<string, number>();
  readonly #failing = new Map<string, string>();

  put(path: string, text: string, mode = 0o600): this {
    this.#texts.set(path, text);
    this.#modes.set(path, mode);
    return this;
  }

  fail(path: string, code: string): this {
    this.#failing.set(path, code);
    return this;
  }

  read(path: string): string {
    const code = this.#failing.get(path);
    const text = this.#texts.get(path);
    if (code !== undefined || text === undefined)
      throw Object.assign(new Error(`${path}: ${code}`), { code: code ?? "ENOENT" });
    return text;
  }

  mode(path: string): number {
    return this.#modes.get(path) ?? 0o600;
  }

  names(folder: string): string[] {
    return [...this.#texts.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path));
  }
}
