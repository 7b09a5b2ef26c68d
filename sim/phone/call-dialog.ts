import type { Millis } from "../../firmware/domain/millis.ts";
import type { Dialog } from "../sip/dialog.ts";
import { cseq, type Request, type Response } from "../sip/message.ts";
import type { Replaces } from "../sip/replaces.ts";
import type { UserAgent } from "./user-agent.ts";

/** How long a person who hung up waits for the PBX to say so. */
const FAREWELL: Millis = 1000;

/** The SIP dialog of one call, and before its answer all that may become it: several where the PBX forks. */
export class CallDialog {
  readonly #agent: UserAgent;
  readonly #early: Dialog[] = [];
  #answered: Dialog | undefined;

  constructor(agent: UserAgent) {
    this.#agent = agent;
  }

  /** Made by an 18x to our INVITE. */
  early(dialog: Dialog): void {
    this.#early.push(dialog);
  }

  /** Made by the INVITE that came, or by the 2xx to ours. */
  open(dialog: Dialog): void {
    this.#answered = dialog;
  }

  owns(request: Request): boolean {
    return this.#answered?.owns(request) ?? false;
  }

  refresh(message: Request | Response): void {
    this.#answered?.refresh(message);
  }

  isNamedBy(replaces: Replaces): boolean {
    return [...this.#early, ...(this.#answered ? [this.#answered] : [])].some((dialog) => dialog.isNamedBy(replaces));
  }

  /** Names it to the PBX (RFC 3891 §6.1). */
  get replaces(): string | undefined {
    const dialog = this.#answered ?? this.#early.at(-1);
    return dialog && `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`;
  }

  /** A request in it. Resolves with the final answer, a 2xx to an INVITE acknowledged; undefined where there is no dialog. */
  ask(method: string, headers: readonly (readonly [string, string])[], body?: string): Promise<Response> | undefined {
    const dialog = this.#answered;
    if (!dialog) return undefined;
    const { transactions } = this.#agent;
    const flow = this.#agent.flow(dialog);
    const request = dialog.request(method, headers, body);
    return new Promise((resolve) => {
      const transaction = transactions.send(request, flow, {
        final: (response) => {
          if (method === "INVITE" && response.status < 300) {
            dialog.refresh(response);
            transactions.acknowledge(transaction, dialog.ack(cseq(request).number), this.#agent.flow(dialog));
          }
          resolve(response);
        },
      });
    });
  }

  /** Resolves when the other side knows, or a second later. */
  async bye(): Promise<void> {
    const { clock } = this.#agent;
    const answered = this.ask("BYE", []);
    if (!answered) return;
    await new Promise<void>((resolve) => {
      const giveUp = clock.at(clock.now() + FAREWELL, resolve);
      void answered.then(() => resolve()).finally(giveUp);
    });
  }
}
