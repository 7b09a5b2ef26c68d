import type { CommandName } from "../domain/settings.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import { type Command, type CommandResult, readCommand, resultPayload } from "./command.ts";

/** A message on a command topic. */
export interface Order {
  readonly verb: string;
  readonly text: string;
  /** The broker has kept it from before this connection. */
  readonly retained: boolean;
  /** The broker has sent it before, and may not know whether it came (DUP, MQTT 3.1.1 §3.3.1.1). */
  readonly repeated: boolean;
}

/** Nobody repeats a command after so many others. */
const MOST_REMEMBERED = 100;

/** Commands with an id, and what became of them; it outlives a reload. */
export class Answered {
  readonly #results = new Map<string, CommandResult | "under way">();

  get(verb: string, id: string): CommandResult | "under way" | undefined {
    return this.#results.get(`${verb} ${id}`);
  }

  set(verb: string, id: string, result: CommandResult | "under way"): void {
    this.#results.set(`${verb} ${id}`, result);
    const [oldest] = this.#results.keys();
    if (this.#results.size > MOST_REMEMBERED && oldest !== undefined) this.#results.delete(oldest);
  }
}

export interface CommandsOptions {
  /** Sends a payload to the result topic of a verb. */
  readonly send: (verb: string, text: () => string) => void;
  /** Does it, and says what became of it; undefined where that is to be told later, by answer(). */
  readonly perform: (command: Command, id: string | undefined) => CommandResult | undefined;
  readonly answered: Answered;
  readonly allowed: readonly CommandName[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Does what it is told over MQTT, once, and tells what became of it. A command that the broker keeps is not for now: it
 * would come again with every connection.
 */
export class Commands {
  readonly #options: CommandsOptions;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  take({ verb, text, retained, repeated }: Order): void {
    const { answered, allowed, perform } = this.#options;
    if (retained) {
      this.#tell(verb, undefined, ignored("the broker keeps this command; send it without retain, and take it away"));
      return;
    }
    if (text === "") {
      this.#tell(verb, undefined, ignored("an empty message takes a kept one away and commands nothing; send {}"));
      return;
    }
    const reading = readCommand(verb, text, allowed);
    const { id } = reading;
    if ("refusal" in reading) {
      this.#tell(verb, id, reading.refusal);
      return;
    }
    const before = id === undefined ? undefined : answered.get(verb, id);
    if (before === "under way") return;
    if (before !== undefined) {
      this.#tell(verb, id, before, true);
      return;
    }
    if (repeated && id === undefined) {
      this.#tell(verb, id, ignored("sent again by the broker, and without an id it may have been done already"));
      return;
    }
    if (id !== undefined) answered.set(verb, id, "under way");
    const result = perform(reading.command, id);
    if (result !== undefined) this.answer(verb, id, result);
  }

  /** Tells what became of a command that took longer. */
  answer(verb: string, id: string | undefined, result: CommandResult): void {
    if (id !== undefined) this.#options.answered.set(verb, id, result);
    this.#tell(verb, id, result);
  }

  #tell(verb: string, id: string | undefined, result: CommandResult, again = false): void {
    const { send, clock, log } = this.#options;
    log.info({ verb, id, ...result, again }, "command");
    const at = clock.wall();
    send(verb, () => resultPayload(result, id, at, again));
  }
}

const ignored = (why: string): CommandResult => ({ result: "ignored", why });
