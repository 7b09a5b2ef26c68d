import type { LineId } from "../domain/line.ts";
import type { LineState, SubscriptionState } from "../domain/line-state.ts";
import type { Notify } from "./agent.ts";
import { Subscription, type SubscriptionParts } from "./subscription.ts";
import type { SubscriptionOwner } from "./subscription-owner.ts";

/** What is known by it. `why` is a sentence for a person. */
type Told<Value> =
  | { readonly kind: "told"; readonly value: Value }
  /** Nothing vouches for it now; `trouble` where that is not merely because the PBX has yet to tell. */
  | { readonly kind: "unknown"; readonly why: string; readonly trouble: boolean }
  /** The PBX does not tell it, and `why` says what would make it. */
  | { readonly kind: "refused"; readonly why: string };

/** Value undefined: the body says nothing of it. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value | undefined }
  | { readonly ok: false; readonly problem: string };

/** An event package, as far as a companion needs it. */
export interface CompanionEvent<Value> {
  readonly event: string;
  /** The one type of body that is taken. */
  readonly accept: string;
  readonly parse: (body: string) => Parsed<Value>;
  /** What is wrong with a lamp for as long as the PBX refuses. */
  readonly lack: (line: LineId) => string;
}

/** Why a lamp shows less than it could; `trouble` where a person has to mend something. */
export interface Doubt {
  readonly why: string;
  readonly trouble: boolean;
}

/** Seconds between refreshes, about. */
const EXPIRES = 120;
/** Refusals in a row that are believed. One may come from a PBX that is still booting. */
const REFUSALS = 2;

/**
 * A second subscription of a line: presence, or messages. Lost, it is unknown, never what it was. Refused, it is taken for
 * a PBX that does not tell this, until it does: a panel is not to be dark for ever for want of one right.
 */
export class Companion<Value> implements SubscriptionOwner {
  readonly subscription: Subscription;
  /** Whose state is asked for. */
  readonly resource: LineId;
  readonly #event: CompanionEvent<Value>;
  readonly #changed: () => void;
  #told: Told<Value> = { kind: "unknown", why: "it was not asked for yet", trouble: false };
  #refusals = 0;

  /** @param changed something may be known now, or no more */
  constructor(parts: SubscriptionParts, resource: LineId, event: CompanionEvent<Value>, changed: () => void) {
    this.resource = resource;
    this.#event = event;
    this.#changed = changed;
    const wanted = { line: resource, event: event.event, accept: event.accept, expires: EXPIRES };
    this.subscription = new Subscription(parts, wanted, this);
  }

  /** Undefined where the PBX refuses to tell: then a line is what the rest says of it. */
  get fact(): Value | "unknown" | undefined {
    if (this.#told.kind === "told") return this.#told.value;
    return this.#told.kind === "unknown" ? "unknown" : undefined;
  }

  /** What is to be said of it beside that state of that line. */
  doubt(line: LineId, state: LineState): Doubt | undefined {
    const told = this.#told;
    if (told.kind === "refused") return { why: `${told.why}; until then ${this.#event.lack(line)}`, trouble: true };
    return told.kind === "unknown" && state === "unknown" ? told : undefined;
  }

  notified({ contentType, body }: Notify): void {
    const { event, accept, parse } = this.#event;
    this.#refusals = 0;
    const nothing = { kind: "unknown", why: `the PBX does not say the ${event} of ${this.resource}` } as const;
    // What a notifier sends that knows nothing yet (RFC 6665 §4.2.2).
    if (body === "") {
      this.#tell({ ...nothing, trouble: false });
      return;
    }
    const isRight = contentType.split(";", 1)[0]?.trim().toLowerCase() === accept;
    const parsed: Parsed<Value> = isRight ? parse(body) : { ok: false, problem: `it is not ${accept}` };
    if (!parsed.ok) {
      const why = `what the PBX told of the ${event} of ${this.resource} cannot be read: ${parsed.problem}`;
      this.#tell({ kind: "unknown", why, trouble: true });
      this.subscription.resync();
    } else if (parsed.value === undefined) this.#tell({ ...nothing, trouble: false });
    else this.#tell({ kind: "told", value: parsed.value });
  }

  unvouched(state: Exclude<SubscriptionState, "active">, why: string, fault: boolean): void {
    if (state !== "lost") this.#refusals = 0;
    else if (fault) this.#refusals++;
    if (this.#refusals < REFUSALS) this.#tell({ kind: "unknown", why, trouble: state === "lost" });
    // A retry that fails otherwise does not unsay the refusals, and neither unsays what was overheard.
    else if (this.#told.kind === "unknown") this.#tell({ kind: "refused", why });
  }

  /** Told outside of any subscription: as good as a NOTIFY within one. */
  overheard(value: Value): void {
    this.#tell({ kind: "told", value });
  }

  #tell(told: Told<Value>): void {
    this.#told = told;
    this.#changed();
  }
}
