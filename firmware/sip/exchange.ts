import type { IncomingResponseMessage } from "sip.js/lib/core/index.js";
import type { Response } from "./agent.ts";
import { type Account, Credentials, TOO_WEAK } from "./credentials.ts";
import { type Draft, messageOf } from "./message.ts";
import { challengesIn, localResponse, ReceivedResponse } from "./response.ts";
import type { Stack } from "./stack.ts";

/** One request other than INVITE, with as many tries as its challenges need. */
export class Exchange {
  readonly #stack: Stack;
  readonly #credentials: Credentials;
  readonly #draft: Omit<Draft, "cseq">;
  readonly #nextCseq: () => number;
  #final: ((response: Response) => void) | undefined;
  #cseq = 0;

  /**
   * @param nextCseq asked before each try, since each needs a number of its own (RFC 3261 §22.2)
   * @param final called exactly once and never inside start()
   */
  constructor(
    stack: Stack,
    account: Account,
    draft: Omit<Draft, "cseq">,
    nextCseq: () => number,
    final: (response: Response) => void,
  ) {
    this.#stack = stack;
    this.#credentials = new Credentials(account);
    this.#draft = draft;
    this.#nextCseq = nextCseq;
    this.#final = final;
  }

  start(): void {
    this.#try();
  }

  /** Ends it without an answer from the PBX; what still comes is ignored. */
  fail(status: number, phrase: string): void {
    this.#finish(localResponse(status, phrase, this.#cseq));
  }

  #try(): void {
    const { method, target, headers, body } = this.#draft;
    const cseq = this.#nextCseq();
    this.#cseq = cseq;
    const granted = this.#credentials.headers(method, target, body?.text ?? "");
    const message = messageOf({ ...this.#draft, cseq, headers: [...headers, ...granted] });
    const answered = (response: { readonly message: IncomingResponseMessage }) => this.#answered(response.message);
    this.#stack.request(message, { onAccept: answered, onRedirect: answered, onReject: answered });
  }

  #answered(message: IncomingResponseMessage): void {
    if (!this.#final) return;
    const challenged = message.statusCode === 401 || message.statusCode === 407;
    if (challenged && this.#credentials.take(challengesIn(message))) this.#try();
    else if (challenged && this.#credentials.tooWeak) this.fail(TOO_WEAK.status, TOO_WEAK.phrase);
    else this.#finish(new ReceivedResponse(message, this.#cseq));
  }

  #finish(response: Response): void {
    const final = this.#final;
    this.#final = undefined;
    final?.(response);
  }
}
