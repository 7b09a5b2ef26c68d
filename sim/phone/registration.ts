import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel } from "../../firmware/hal/clock.ts";
import { parseAddress } from "../sip/address.ts";
import type { Response } from "../sip/message.ts";
import type { UserAgent } from "./user-agent.ts";

/** Pause before a refused or unanswered refresh is tried again. */
const RETRY: Millis = 2000;
/** How long leaving may take when nobody answers. */
const LEAVE: Millis = 1000;

/** Keeps a phone known at its PBX (RFC 3261 §10.2). */
export class Registration {
  readonly #agent: UserAgent;
  readonly #wanted: number;
  #refresh: Cancel = () => undefined;
  #stopped = false;

  /** `expires` in seconds. */
  constructor(agent: UserAgent, expires: number) {
    this.#agent = agent;
    this.#wanted = expires;
  }

  /** Rejects when the first REGISTER is not accepted. Afterwards it refreshes and, where it has to, retries by itself. */
  async start(): Promise<void> {
    const response = await this.#register(this.#wanted);
    if (response.status >= 300) {
      throw new Error(`${this.#agent.number} is not registered: ${response.status} ${response.phrase}`);
    }
    this.#schedule(response);
  }

  /** As one that is registered already: nothing is sent before it is time for the refresh. */
  resume(): void {
    this.#refreshIn(this.#wanted * 500);
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#refresh();
    const { clock } = this.#agent;
    await new Promise<void>((resolve) => {
      const giveUp = clock.at(clock.now() + LEAVE, resolve);
      void this.#register(0).then(() => {
        giveUp();
        resolve();
      });
    });
  }

  #register(expires: number): Promise<Response> {
    const agent = this.#agent;
    const own = agent.uri(agent.number);
    const register = agent.compose("REGISTER", agent.registrar, own, [["Expires", String(expires)]]);
    return new Promise((resolve) => agent.ask(register, { final: resolve }));
  }

  #schedule(response: Response): void {
    if (this.#stopped) return;
    this.#refreshIn(response.status < 300 ? this.#granted(response) * 500 : RETRY);
  }

  #refreshIn(pause: Millis): void {
    const { clock } = this.#agent;
    this.#refresh = clock.at(clock.now() + pause, () => {
      void this.#register(this.#wanted).then((next) => this.#schedule(next));
    });
  }

  /** Seconds; the registrar may shorten what was asked for (§10.2.4). */
  #granted(response: Response): number {
    const own = parseAddress(this.#agent.contact[1])?.uri;
    const ours = response.headers
      .all("Contact")
      .map(parseAddress)
      .find((contact) => contact?.uri === own);
    return Number(ours?.params.get("expires") ?? response.headers.get("Expires") ?? this.#wanted);
  }
}
