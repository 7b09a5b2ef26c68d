import type { Line } from "./lines.ts";

/** What the state of a line looks like in one event package (RFC 6665 §5). */
export interface EventPackage {
  /** Token of the Event header. */
  readonly event: string;
  readonly contentType: string;
  /** What has to change for a NOTIFY. */
  readonly carries: "state" | "messages";
  /** Number of the first document, where every NOTIFY is one of its own; where absent, only changes count, from 0. */
  readonly firstVersion?: number;
  /**
   * "": there is nothing to tell, and the NOTIFY has no body.
   *
   * @param uri what was subscribed to
   * @param watcher URI of who subscribed
   * @param port of the PBX
   */
  body(line: Line, uri: string, version: number, host: string, watcher: string, port: number): string;
}
