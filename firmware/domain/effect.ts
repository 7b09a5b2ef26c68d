import type { ExtraLamp } from "./board.ts";
import type { Caller } from "./caller.ts";
import type { KeyId, LampId } from "./key.ts";
import type { Subject } from "./key-settings.ts";
import type { LampState } from "./lamp.ts";
import type { LineId } from "./line.ts";
import type { LineState } from "./line-state.ts";
import type { Millis } from "./millis.ts";
import type { Outcome } from "./outcome.ts";
import type { ToneName } from "./sound.ts";
import type { Task, Trial } from "./task.ts";

/** What the attendant wants done, in this order. */
export type Effect =
  /** The lamp of a key changes its look. Before everything else. */
  | {
      readonly kind: "show";
      readonly key: KeyId;
      readonly look: LampState;
      /** The state behind it, which a passing feedback does not change. */
      readonly state: LineState;
      readonly since: Millis;
      /** Who is behind that, where it may be told. */
      readonly caller?: Caller;
      /** Its module is absent, and shows this when it is back; until then nothing more is told of the lamp. */
      readonly away?: true;
    }
  /** Nobody can see or press this key any more, since its module is absent; others are told that it is unknown. */
  | { readonly kind: "lost"; readonly key: KeyId; readonly look: LampState; readonly since: Millis }
  /** Answered by exactly one outcome fact. */
  | { readonly kind: "attempt"; readonly press: number; readonly key: KeyId; readonly task: Task }
  /** The buzzer is to call somebody to the panel, or to stop that. */
  | { readonly kind: "alert"; readonly on: boolean }
  /** The buzzer is to tell what became of a press. */
  | { readonly kind: "tone"; readonly tone: ToneName }
  /** A lamp that sits on no key changes its look. */
  | { readonly kind: "light"; readonly lamp: ExtraLamp["id"]; readonly look: LampState }
  /** Lamps that tell of nothing, those of keys that are for nothing, light up as well until then: all, or those of `only`. */
  | { readonly kind: "spare"; readonly look: LampState; readonly until: Millis; readonly only?: ReadonlySet<LampId> }
  | { readonly kind: "report"; readonly report: Report }
  /** A time fact is wanted at this moment. */
  | { readonly kind: "wake"; readonly at: Millis };

/** What the world outside is told has happened. Never a caller's name or number. */
export type Report =
  | { readonly type: "press"; readonly press: number; readonly key: KeyId; readonly on: Subject; readonly at: Millis }
  | {
      readonly type: Task["kind"];
      readonly press: number;
      readonly key: KeyId;
      /** The line or slot that it was about; of a group key that found none, the group. */
      readonly on: Subject;
      readonly outcome: Outcome;
      readonly trial?: Trial;
      /** From the press to the outcome. */
      readonly took: Millis;
      readonly at: Millis;
    }
  /** Somebody knows of these lines' rings. */
  | {
      readonly type: "acknowledge";
      readonly press: number;
      readonly key: KeyId;
      readonly lines: readonly LineId[];
      readonly at: Millis;
    }
  | { readonly type: "link"; readonly up: boolean; readonly why?: string; readonly at: Millis }
  | { readonly type: "fault"; readonly what: string; readonly why: string; readonly at: Millis }
  | { readonly type: "mended"; readonly what: string; readonly at: Millis };
