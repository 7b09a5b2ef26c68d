import type { SubscriptionState } from "../domain/line-state.ts";
import type { Millis } from "../domain/millis.ts";
import type { Cancel } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Notify, Response } from "./agent.ts";
import { type DialogParts, EventDialog, type Wanted } from "./event-dialog.ts";
import { renewAfter, seconds } from "./lifetime.ts";
import { Patience } from "./patience.ts";
import { accountOf, afterRefusal, afterTermination, passing, type Retry, SOON, type Subject } from "./retry.ts";
import type { SubscriptionOwner } from "./subscription-owner.ts";
import { parseSubscriptionState, type Standing } from "./subscription-state.ts";
import { Term } from "./term.ts";

export interface SubscriptionParts extends DialogParts {
  readonly log: Log;
  /** In [0, 1). */
  readonly random: () => number;
  /** Told when the PBX no longer knows a subscription that was active: it may know none any more. */
  readonly forgotten?: () => void;
}

/** How long a NOTIFY may follow the answer that promises it (RFC 6665 §4.2.1.2 wants it immediately). */
const SILENCE: Millis = 5_000;

/*
 * One wanted subscription, kept alive for ever (RFC 6665 §4.1).
 *
 *            restart            NOTIFY active
 *   none ───────────▶ pending ───────────────▶ active ◀─┐
 *    ▲                   │                       │      │ NOTIFY active
 *    │ drop              │ refused, terminated,  ▼      │
 *    └─ from anywhere    └──── no NOTIFY ──────▶ lost ──┘  asks again by itself, mostly in a new dialog
 *
 * Only a NOTIFY makes it active; an answer proves nothing. A dialog is replaced only by way of lost, none or pending, so
 * an owner that forgets there what it knew never mixes two dialogs. A refresh that fails loses the dialog at once: it
 * may still stand at the PBX, but nothing vouches for it.
 */
export class Subscription {
  readonly #parts: SubscriptionParts;
  readonly #wanted: Wanted;
  readonly #owner: SubscriptionOwner;
  readonly #term: Term;
  readonly #retries = new Patience();
  readonly #resyncs = new Patience();
  #state: SubscriptionState = "none";
  /** The sentence told last, and whether it was a fault; "" while all is well. */
  #why = "";
  #fault = false;
  #dialog: EventDialog | undefined;
  #unlisten: Cancel = nothing;
  /** Takes back the request that is planned, or waits for its turn. */
  #next: Cancel = nothing;
  #nextAt: Millis = Number.POSITIVE_INFINITY;
  #unanswered = false;
  /** What was asked promises a NOTIFY that has not come yet: an answer to a question, or the echo of a renewal. */
  #awaiting: "answer" | "echo" | undefined;
  /** A renewal had its echo (RFC 6665 §4.2.1.2), so that the next one without is a loss. Not every notifier sends them. */
  #echoes = false;
  #silence: Cancel = nothing;
  #resyncWanted = false;
  /** When the dialog ends if it is not refreshed. */
  #until: Millis = Number.POSITIVE_INFINITY;
  /** NOTIFYs in a row that were older than the last. */
  #older = 0;

  constructor(parts: SubscriptionParts, wanted: Wanted, owner: SubscriptionOwner) {
    this.#parts = parts;
    this.#wanted = wanted;
    this.#owner = owner;
    this.#term = new Term(wanted.expires);
  }

  get state(): SubscriptionState {
    return this.#state;
  }

  /** Begins afresh in a new dialog, whatever was before: the link is new, or this is the start. */
  restart(): void {
    this.#retries.reset();
    this.#begin();
  }

  /** Forgets the dialog without a word to the PBX, and does nothing until restart(): the link is down. */
  drop(why: string): void {
    this.#forget();
    this.#unvouch("none", why, false);
  }

  /** Asks for full state by a refresh, soon; asked again and again, after growing waits. */
  resync(): void {
    this.#resyncWanted = true;
    if (this.#dialog !== undefined && !this.#unanswered) this.#planResync(this.#dialog);
  }

  /** Gives the dialog up for a new one, because its content makes no sense. */
  renew(why: string): void {
    if (this.#dialog !== undefined) this.#lose(passing(why));
  }

  /** Unsubscribes. Resolves when the PBX has answered, or after a second. */
  async stop(): Promise<void> {
    const dialog = this.#dialog;
    // Not beside a request under way: see EventDialog.subscribe. The PBX then ends it by the 481 to its next NOTIFY.
    const polite = dialog?.established === true && !this.#unanswered && this.#parts.agent.up;
    this.drop("the panel stopped watching");
    if (polite) await dialog.end();
  }

  #begin(): void {
    this.#forget();
    const dialog = new EventDialog(this.#parts, this.#wanted);
    this.#dialog = dialog;
    this.#unlisten = dialog.listen((notify) => this.#receive(dialog, notify));
    // While it is lost, the reason of the loss is what a person wants to read.
    if (this.#state !== "lost") this.#unvouch("pending", `the PBX has said nothing of ${this.#name} yet`, false);
    if (this.#dialog === dialog) this.#ask(dialog, true);
  }

  #forget(): void {
    this.#next();
    this.#silence();
    this.#unlisten();
    this.#next = this.#silence = this.#unlisten = nothing;
    this.#nextAt = this.#until = Number.POSITIVE_INFINITY;
    this.#dialog = this.#awaiting = undefined;
    this.#unanswered = this.#resyncWanted = false;
    this.#older = 0;
  }

  #ask(dialog: EventDialog, awaiting: boolean): void {
    this.#next();
    this.#silence();
    this.#nextAt = this.#until = Number.POSITIVE_INFINITY;
    this.#unanswered = true;
    this.#awaiting = awaiting || this.#awaiting === "answer" ? "answer" : "echo";
    this.#next = dialog.subscribe(this.#term.asked, (response) => this.#answered(dialog, response));
  }

  #answered(dialog: EventDialog, response: Response): void {
    if (dialog !== this.#dialog) return;
    this.#unanswered = false;
    if (response.status >= 200 && response.status < 300) this.#accepted(dialog, response);
    else if (response.status === 423 && this.#term.raise(response)) this.#ask(dialog, false);
    else {
      // RFC 6665 §4.1.2.2 has 481 for it; Asterisk says 500.
      const forgotten = dialog.established && (response.status === 481 || response.status === 500);
      // Where it was lost before, this was the retry, and it has waited for that.
      if (forgotten && this.#state === "lost") this.#begin();
      else this.#lose(afterRefusal(response.status, seconds(response.header("Retry-After")), this.#subject()));
      if (forgotten) this.#parts.forgotten?.();
    }
  }

  #accepted(dialog: EventDialog, response: Response): void {
    const { clock } = this.#parts;
    const granted = this.#term.granted(seconds(response.header("Expires")));
    if (granted === 0) {
      this.#lose(passing(`the PBX granted no time at all for ${this.#name}`));
      return;
    }
    this.#planRenewal(dialog, Math.min(this.#until, clock.now() + granted * 1000));
    if (this.#resyncWanted) this.#planResync(dialog);
    if (this.#awaiting) this.#silence = clock.at(clock.now() + SILENCE, () => this.#silent(dialog));
  }

  /** The answer came and the NOTIFY did not. A dialog without any is kept: a NOTIFY that comes later is as good. */
  #silent(dialog: EventDialog): void {
    const size = this.#wanted.list ? "; a report on many lines may be too large for UDP: use TCP in pbx.server" : "";
    const why = `the PBX took the subscription to ${this.#name} but tells nothing of it${size}`;
    if (this.#awaiting === "echo") {
      this.#awaiting = undefined;
      if (this.#echoes) this.#lose(passing(why));
      this.#echoes = false;
      return;
    }
    this.#plan(this.#waitAfter(passing(why)), () => this.#ask(dialog, true));
    this.#unvouch("lost", why, false);
  }

  #receive(dialog: EventDialog, notify: Notify): void {
    const standing = parseSubscriptionState(notify.subscriptionState);
    const status = standing === undefined ? 400 : dialog.admit(notify);
    if (standing === undefined || status !== 200) {
      notify.reply(status);
      if (status === 500) this.#backwards(dialog.wasMissing(notify.cseq));
      return;
    }
    this.#older = 0;
    // The lamp first; the answer waits for that and for nothing else.
    try {
      if (standing.value === "active") this.#active(notify);
      else this.#inactive(standing);
    } finally {
      notify.reply(200);
    }
    if (dialog === this.#dialog) this.#settle(dialog, standing);
  }

  #active(notify: Notify): void {
    this.#state = "active";
    this.#tell(() => this.#owner.notified(notify));
  }

  #inactive(standing: Standing): void {
    const subject = this.#subject();
    // The body of a terminated NOTIFY is not looked at: Asterisk repeats the last state there, ringing as it may be.
    if (standing.value === "terminated") this.#lose(afterTermination(standing, subject));
    else this.#unvouch("pending", `the PBX has not yet allowed ${subject.account} to watch ${subject.line}`, false);
  }

  /** What can wait until the NOTIFY is answered. */
  #settle(dialog: EventDialog, standing: Standing): void {
    if (this.#awaiting === "echo") this.#echoes = true;
    this.#awaiting = undefined;
    this.#silence();
    if (standing.expires !== undefined) {
      const until = this.#parts.clock.now() + standing.expires * 1000;
      // Only where the PBX shortened it. A NOTIFY tells the rest in whole seconds, so it is a little early each time.
      if (until < this.#until - 1_500) this.#planRenewal(dialog, until);
    }
    if (this.#state !== "active" || this.#why === "") return;
    if (this.#fault) this.#parts.log.info({ line: this.#wanted.line }, "the line can be watched again");
    this.#why = "";
    this.#fault = false;
  }

  /**
   * A NOTIFY came that is older than the last. One that was missing, it was overtaken on its way; others, twice in a row,
   * mean that the PBX counts anew, and all that it will say in this dialog would have to be dropped.
   */
  #backwards(wasMissing: boolean): void {
    if (wasMissing || this.#older++ === 0) this.resync();
    else this.#lose(passing(`the PBX counts its reports on ${this.#name} anew`));
  }

  #planRenewal(dialog: EventDialog, until: Millis): void {
    const { clock, random } = this.#parts;
    this.#until = until;
    const wait = renewAfter((until - clock.now()) / 1000, random());
    if (!this.#unanswered) this.#plan(wait, () => this.#ask(dialog, false));
  }

  #planResync(dialog: EventDialog): void {
    const { clock, random } = this.#parts;
    this.#resyncWanted = false;
    const wait = this.#resyncs.afterFailure(clock.now(), { after: 0, limits: SOON }, random());
    this.#plan(wait, () => this.#ask(dialog, true));
  }

  #lose(retry: Retry): void {
    this.#forget();
    this.#plan(this.#waitAfter(retry), () => this.#begin());
    this.#unvouch("lost", retry.why, retry.fault);
  }

  /** Of two plans in one dialog the earlier holds; both are a SUBSCRIBE. */
  #plan(wait: Millis, run: () => void): void {
    const { clock } = this.#parts;
    const at = clock.now() + wait;
    if (at >= this.#nextAt) return;
    this.#next();
    this.#nextAt = at;
    this.#next = clock.at(at, run);
  }

  #waitAfter(retry: Retry): Millis {
    return this.#retries.afterFailure(this.#parts.clock.now(), retry, this.#parts.random());
  }

  #unvouch(state: Exclude<SubscriptionState, "active">, why: string, fault: boolean): void {
    const { log } = this.#parts;
    // A fault is told once, not with every retry.
    if (fault && why !== this.#why) log.warn({ line: this.#wanted.line }, why);
    else log.debug({ line: this.#wanted.line, subscription: state }, why);
    this.#state = state;
    this.#why = why;
    this.#fault = fault;
    this.#tell(() => this.#owner.unvouched(state, why, fault));
  }

  /** What the owner does wrong must cost neither the answer to the NOTIFY nor the next retry. */
  #tell(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#parts.log.error({ line: this.#wanted.line, error: String(error) }, "what a NOTIFY told could not be used");
    }
  }

  #subject(): Subject {
    const { list = false, event } = this.#wanted;
    return { line: this.#name, list, account: accountOf(this.#parts.agent.aor), event };
  }

  get #name(): string {
    return this.#wanted.list ? `list ${this.#wanted.line}` : this.#wanted.line;
  }
}

function nothing(): void {}
