import type { Millis } from "../domain/millis.ts";
import type { Cancel, Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Agent, Response } from "./agent.ts";
import { renewAfter, seconds } from "./lifetime.ts";
import { Patience } from "./patience.ts";
import { accountOf, afterRegisterRefusal, passing, type Retry } from "./retry.ts";
import { Term } from "./term.ts";

export interface RegistrationParts {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** Told of each change. `why` is a sentence for a person where the panel is not registered. */
export type RegistrationListener = (registered: boolean, why?: string) => void;

/** Seconds to ask for. */
const EXPIRES = 600;
/** How long stop() waits for the PBX. */
const FAREWELL: Millis = 1_000;

/**
 * Keeps the panel registered at the PBX (RFC 3261 §10) while the link is up, for PBXs that give rights, or send calls, only to
 * what is registered. It never gives up: what a person has to mend is told once and tried again slowly.
 */
export class Registration {
  readonly #parts: RegistrationParts;
  readonly #random: () => number;
  readonly #term = new Term(EXPIRES);
  readonly #retries = new Patience();
  readonly #listeners = new Set<RegistrationListener>();
  /** One Call-ID and one rising CSeq for all REGISTERs (RFC 3261 §10.2). */
  #callId = "";
  #tag = "";
  #sequence = 0;
  /** Counts what makes earlier answers worthless. */
  #turn = 0;
  #registered = false;
  #why: string | undefined;
  #next: Cancel = nothing;
  #unlink: Cancel | undefined;

  constructor(parts: RegistrationParts) {
    this.#parts = parts;
    this.#random = parts.random ?? Math.random;
  }

  get registered(): boolean {
    return this.#registered;
  }

  onState(listener: RegistrationListener): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#unlink !== undefined) return;
    const { agent } = this.#parts;
    this.#callId = agent.newCallId();
    this.#tag = agent.newTag();
    this.#unlink = agent.onLink((up, why) => this.#linked(up, why));
    this.#linked(agent.up, "the PBX has not been reached yet");
  }

  /** Unregisters. Resolves when the PBX has answered, or after a second. */
  async stop(): Promise<void> {
    const { agent, clock } = this.#parts;
    const leave = this.#registered && agent.up;
    this.#unlink?.();
    this.#unlink = undefined;
    this.#turn++;
    this.#next();
    this.#tell(false, "the panel was stopped");
    if (!leave) return;
    await new Promise<void>((resolve) => {
      const bound = clock.at(clock.now() + FAREWELL, resolve);
      this.#send(0, () => {
        bound();
        resolve();
      });
    });
  }

  #linked(up: boolean, why = "the PBX does not answer"): void {
    this.#turn++;
    this.#next();
    this.#retries.reset();
    if (up) this.#register();
    else this.#tell(false, `no link to the PBX: ${why}`);
  }

  #register(): void {
    const turn = ++this.#turn;
    this.#send(this.#term.asked, (response) => {
      if (turn === this.#turn) this.#answered(response);
    });
  }

  #send(expires: number, answered: (response: Response) => void): void {
    const { agent } = this.#parts;
    const identity = { callId: this.#callId, localTag: this.#tag, cseq: ++this.#sequence, routes: [] };
    const headers = [`Contact: ${agent.contact}`, `Expires: ${expires}`];
    const target = agent.aor.replace(/^(sips?:)[^@]*@/i, "$1");
    agent.request({ method: "REGISTER", target, to: agent.aor, identity, headers }, (response) => {
      this.#sequence = Math.max(this.#sequence, response.cseq);
      answered(response);
    });
  }

  #answered(response: Response): void {
    if (response.status >= 200 && response.status < 300) this.#accepted(response);
    else if (response.status === 423 && this.#term.raise(response)) this.#register();
    else {
      const account = accountOf(this.#parts.agent.aor);
      this.#failed(afterRegisterRefusal(response.status, seconds(response.header("Retry-After")), account));
    }
  }

  #accepted(response: Response): void {
    const granted = this.#term.granted(grantedIn(response, this.#parts.agent.contact));
    if (granted === 0) {
      this.#failed(passing("the PBX registered the panel for no time at all"));
      return;
    }
    this.#plan(renewAfter(granted, this.#random()));
    this.#tell(true, undefined);
  }

  #failed(retry: Retry): void {
    const { clock, log } = this.#parts;
    if (retry.why !== this.#why) log.warn({}, retry.why);
    this.#plan(this.#retries.afterFailure(clock.now(), retry, this.#random()));
    this.#tell(false, retry.why);
  }

  #plan(wait: Millis): void {
    const { clock } = this.#parts;
    this.#next();
    this.#next = clock.at(clock.now() + wait, () => this.#register());
  }

  #tell(registered: boolean, why: string | undefined): void {
    if (registered === this.#registered && why === this.#why) return;
    this.#registered = registered;
    this.#why = why;
    for (const listener of this.#listeners) {
      try {
        if (why === undefined) listener(registered);
        else listener(registered, why);
      } catch (error) {
        this.#parts.log.error({ error: String(error) }, "a listener to the registration failed");
      }
    }
  }
}

/**
 * Seconds that a 200 grants: the expires parameter of our own Contact, else the Expires header (RFC 3261 §10.2.4), else
 * undefined. The PBX lists all contacts of the account, those of a panel that died among them.
 */
function grantedIn(response: Response, contact: string): number | undefined {
  const ours = uriIn(contact);
  for (const [, uri = "", parameters = ""] of (response.header("Contact") ?? "").matchAll(/<([^>]*)>([^,<]*)/g)) {
    if (uriIn(`<${uri}>`) !== ours) continue;
    const expires = seconds(/;\s*expires\s*=\s*"?(\d+)/i.exec(parameters)?.[1]);
    if (expires !== undefined) return expires;
  }
  return seconds(response.header("Expires"));
}

/** Scheme, user, host and port: what a registrar may not change. */
function uriIn(contact: string): string {
  return (/<([^;>?]*)/.exec(contact)?.[1] ?? "").toLowerCase();
}

function nothing(): void {}
