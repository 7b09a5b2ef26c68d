import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

/** All that a page is made of: what build.mjs puts into one folder. */
const FILES: readonly (readonly [path: string, file: string, type: string])[] = [
  ["/", "index.html", "text/html; charset=utf-8"],
  ["/page.js", "page.js", "text/javascript; charset=utf-8"],
  ["/page.css", "page.css", "text/css; charset=utf-8"],
  ["/icon.svg", "icon.svg", "image/svg+xml"],
];

/** @throws Error when one is missing */
export function pageFiles(folder: string): ReadonlyMap<string, PageFile> {
  return new Map(FILES.map(([path, file, type]) => [path, { type, body: readFileSync(join(folder, file)) }]));
}

/** The same for the same page. */
export function fingerprint(files: ReadonlyMap<string, PageFile>): string {
  const hash = createHash("sha256");
  for (const { body } of files.values()) hash.update(body);
  return hash.digest("hex").slice(0, 16);
}
