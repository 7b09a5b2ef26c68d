import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Message } from "../sip/message.ts";

/**
 * What becomes of a message. Only a request that comes in can be refused, with that status. Over UDP, what is lost on its
 * way out is repeated; a CANCEL comes too late for an INVITE that is delayed.
 */
export type Fate = "lost" | { readonly delay: Millis } | { readonly refuse: number };

/**
 * Decides on each message: `in`, a request that has been let in, once; `out`, everything that leaves, repetitions, too.
 * Undefined: it goes its way.
 */
export type Meddler = (message: Message, direction: "in" | "out") => Fate | undefined;

/** Carries that out. */
export class Meddling {
  readonly #clock: Clock;
  readonly #decide: Meddler;

  constructor(clock: Clock, decide: Meddler) {
    this.#clock = clock;
    this.#decide = decide;
  }

  in(message: Message, pass: () => void, refuse: (status: number) => void): void {
    this.#carryOut(this.#decide(message, "in"), pass, refuse);
  }

  out(message: Message, pass: () => void): void {
    this.#carryOut(this.#decide(message, "out"), pass, pass);
  }

  #carryOut(fate: Fate | undefined, pass: () => void, refuse: (status: number) => void): void {
    if (fate === undefined) pass();
    else if (fate === "lost") return;
    else if ("delay" in fate) this.#clock.at(this.#clock.now() + fate.delay, pass);
    else refuse(fate.refuse);
  }
}
