import type { EventPackage } from "./event-package.ts";
import type { Line } from "./lines.ts";
import type { Header } from "./trunk.ts";

/** A NOTIFY's body. */
export interface Content {
  readonly type: string;
  readonly body: string;
}

/** What one subscription tells, document after document, each with its number. */
export interface Report {
  readonly event: string;
  readonly carries: EventPackage["carries"];
  /** What answers and NOTIFYs of this kind have beside the usual. */
  readonly headers: readonly Header[];
  /** Number of the next document. */
  readonly version: number;
  /** Whether it tells of that number. */
  covers(number: string): boolean;
  first(): Content;
  /** Something about that line has changed. */
  change(line: Line): Content;
  /** The answer to a refresh. */
  repeat(): Content;
  /** What goes with the end. */
  last(): Content;
}

export interface Circumstances {
  /** What was subscribed to. */
  readonly uri: string;
  /** URI of who subscribed. */
  readonly watcher: string;
  readonly host: string;
  readonly port: number;
  /** Number of the first document. */
  readonly version: number;
}

/** Tells of one line. A refresh, and the end, get what was told last; with its number, too, unless every NOTIFY counts. */
export class LineReport implements Report {
  readonly headers = [];
  readonly #package: EventPackage;
  #line: Line;
  readonly #circumstances: Circumstances;
  #version: number;
  #body = "";

  constructor(eventPackage: EventPackage, line: Line, circumstances: Circumstances) {
    this.#package = eventPackage;
    this.#line = line;
    this.#circumstances = circumstances;
    this.#version = Math.max(circumstances.version, eventPackage.firstVersion ?? 0);
  }

  get event(): string {
    return this.#package.event;
  }

  get carries(): EventPackage["carries"] {
    return this.#package.carries;
  }

  get version(): number {
    return this.#version;
  }

  covers(number: string): boolean {
    return this.#line.identity.number === number;
  }

  first(): Content {
    return this.change(this.#line);
  }

  change(line: Line): Content {
    const { uri, host, watcher, port } = this.#circumstances;
    this.#line = line;
    this.#body = this.#package.body(line, uri, this.#version, host, watcher, port);
    this.#version++;
    return { type: this.#package.contentType, body: this.#body };
  }

  repeat(): Content {
    if (this.#package.firstVersion !== undefined) return this.change(this.#line);
    return { type: this.#package.contentType, body: this.#body };
  }

  last(): Content {
    return this.repeat();
  }
}
