import type { Clock } from "../../../firmware/hal/clock.ts";
import type { Message, Request } from "../../sip/message.ts";

/** What can be wrong with a PBX, as data: a page lists it, a scenario names it, a test switches it. */
export interface Fault {
  /** One sentence for a person. */
  readonly title: string;
  /** What can be set about it, if anything. */
  readonly level?: Level;
  /** What it does while it is switched on; made anew each time. */
  readonly act: (pbx: Patient, level: number) => Act;
}

export interface Level {
  readonly unit: "ms" | "s" | "share" | "status" | "dialogs";
  /** For a person: what a greater number makes of it. */
  readonly means: string;
  /** Where none is given. */
  readonly usual: number;
}

/** What a fault can do to the PBX that it is in. */
export interface Patient {
  /** In [0, 1). */
  readonly random: () => number;
  readonly running: boolean;
  start(): Promise<unknown>;
  kill(database: "kept" | "lost"): Promise<void>;
  /** Neither hears nor says anything. */
  silence(on: boolean): void;
  /** Ends every subscription as when its hint is taken away: no reason, and the last state once more. */
  endSubscriptions(): void;
}

/** Passes a message on: once, more than once, later, changed, or not at all. `clock` ends with the life of the PBX. */
export type Outgoing = (message: Message, pass: (message: Message) => void, clock: Clock) => void;

export interface Act {
  /** Given each message that leaves, repetitions too. */
  readonly outgoing?: Outgoing;
  /** Status that a request is refused with which has been let in; undefined where it goes its way. */
  readonly refuse?: (request: Request) => number | undefined;
  /** Switched on. */
  readonly begin?: () => Promise<void>;
  /** The PBX runs: at the moment of switching on, and after each later start. What is set on the clock ends with it. */
  readonly live?: (clock: Clock) => void;
  /** Switched off. */
  readonly end?: () => Promise<void> | void;
}
