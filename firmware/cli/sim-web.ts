import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Feed } from "../../sim/web/feed.ts";
import { fingerprint, pageFiles } from "../../sim/web/page-files.ts";
import { WebServer } from "../../sim/web/server.ts";
import type { Stage } from "../../sim/web/stage.ts";

/**
 * The page of a panel; start() resolves with its port.
 *
 * @param port 0 for one that is free
 */
export function webServer(stage: Stage, port: number): WebServer {
  const files = pageFiles(pageFolder());
  return new WebServer({ feed: new Feed(stage, fingerprint(files)), files, port });
}

export function addressOf(port: number): string {
  return `http://127.0.0.1:${port}/`;
}

/** @throws RangeError for what is no port */
export function portIn(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new RangeError(`--port is a number from 0 (one that is free) to 65535, not ${text}`);
}

/** Beside the bundle when built, in dist when run from the sources. */
function pageFolder(): string {
  const places = ["./web", "../../dist/web"].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const folder = places.find((place) => existsSync(place));
  if (folder === undefined) throw new Error(`the page is not built: there is no ${places[0]}; make build makes it`);
  return folder;
}
