import type { Millis } from "../../firmware/domain/millis.ts";

/** What went over a network once, as a capture has it. */
export interface Datagram {
  /** On the capture's own clock; only differences mean anything. */
  readonly at: Millis;
  /** Ends as the capture names them: an address with its port, or a name. */
  readonly source: string;
  readonly target: string;
  readonly bytes: Buffer;
  /** Where it stands in the file, counted from 1. */
  readonly line: number;
}

/** What of a capture cannot be used, and why. */
export interface Flaw {
  readonly line: number;
  readonly text: string;
}

/** A capture as it was read: what can be used of it, in its order, and what cannot. */
export interface Capture {
  readonly datagrams: readonly Datagram[];
  readonly flaws: readonly Flaw[];
}
