import type { KeyId } from "./key.ts";
import type { LampState } from "./lamp.ts";
import type { LineId } from "./line.ts";
import type { LineState } from "./line-state.ts";
import type { Millis } from "./millis.ts";
import type { Outcome } from "./outcome.ts";

/** What the attendant wants done, in this order. */
export type Effect =
  /** The lamp of a key changes its look. Before everything else. */
  | {
      readonly kind: "show";
      readonly key: KeyId;
      readonly look: LampState;
      /** The state of the line behind it, which a passing feedback does not change. */
      readonly state: LineState;
      readonly since: Millis;
    }
  /** One pickup, of this ring and no other; answered by exactly one outcome fact. */
  | {
      readonly kind: "attempt";
      readonly press: number;
      readonly key: KeyId;
      readonly line: LineId;
      readonly ring: string | undefined;
    }
  | { readonly kind: "report"; readonly report: Report }
  /** A time fact is wanted at this moment. */
  | { readonly kind: "wake"; readonly at: Millis };

/** What the world outside is told. Never a caller's name or number. */
export type Report =
  | { readonly type: "press"; readonly press: number; readonly key: KeyId; readonly line: LineId; readonly at: Millis }
  | {
      readonly type: "pickup";
      readonly press: number;
      readonly key: KeyId;
      readonly line: LineId;
      readonly outcome: Outcome;
      /** From the press to the outcome. */
      readonly took: Millis;
      readonly at: Millis;
    }
  | { readonly type: "link"; readonly up: boolean; readonly why?: string; readonly at: Millis }
  | { readonly type: "fault"; readonly what: string; readonly why: string; readonly at: Millis }
  | { readonly type: "mended"; readonly what: string; readonly at: Millis };
