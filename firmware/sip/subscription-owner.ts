import type { SubscriptionState } from "../domain/line-state.ts";
import type { Notify } from "./agent.ts";

/** Whoever wants the subscription. */
export interface SubscriptionOwner {
  /** A NOTIFY of the active subscription. It is answered when this returns. */
  notified(notify: Notify): void;
  /**
   * From now on nothing vouches for the line, until the next `notified`. `why` is a sentence for a person, who has to mend
   * something where it is a `fault`.
   */
  unvouched(state: Exclude<SubscriptionState, "active">, why: string, fault: boolean): void;
}
