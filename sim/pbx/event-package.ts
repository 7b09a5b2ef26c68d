import type { Line } from "./lines.ts";

/** What the state of a line looks like in one event package (RFC 6665 §5). */
export interface EventPackage {
  /** Token of the Event header. */
  readonly event: string;
  readonly contentType: string;
  /** What has to change for a NOTIFY. */
  readonly carries: "state" | "messages";
  /**
   * @param uri what was subscribed to
   * @param watcher URI of who subscribed
   */
  body(line: Line, uri: string, version: number, host: string, watcher: string): string;
}
