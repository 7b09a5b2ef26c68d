import type { Caller } from "./caller.ts";
import type { LocalTime } from "./hours.ts";
import type { KeyId, LampId } from "./key.ts";
import type { LineId } from "./line.ts";
import type { LineState } from "./line-state.ts";
import type { Millis } from "./millis.ts";
import type { Outcome } from "./outcome.ts";
import type { Press } from "./press.ts";
import type { Trial } from "./task.ts";

/** Something that happened, as the attendant is told it. */
export type Fact =
  /** The link to the PBX changed. The lines tell their own loss. */
  | { readonly kind: "link"; readonly up: boolean; readonly why?: string; readonly at: Millis }
  | {
      readonly kind: "line";
      readonly line: LineId;
      readonly state: LineState;
      /** Identity of the present ring; undefined while nothing rings. */
      readonly ring: string | undefined;
      /** Of the call that the state is about, where that may be told. */
      readonly caller?: Caller | undefined;
      /** What is wrong with this line, or with what the PBX tells of it: for a person who may have to mend it. */
      readonly fault?: string | undefined;
      /** The time of day where the panel hangs, for rules with hours: whether a ring is this panel's to alert of. */
      readonly local: LocalTime;
      readonly at: Millis;
    }
  | {
      readonly kind: "press";
      readonly key: KeyId;
      readonly press: Press;
      readonly local: LocalTime;
      readonly at: Millis;
    }
  /** The end of the attempt that an `attempt` effect asked for. */
  | {
      readonly kind: "outcome";
      readonly press: number;
      readonly outcome: Outcome;
      readonly trial?: Trial;
      readonly local: LocalTime;
      readonly at: Millis;
    }
  /** The module that all lamps and keys are on is there, or parts of it are not; with their names, and why. */
  | {
      readonly kind: "module";
      readonly name: string;
      readonly why: string | undefined;
      readonly gone: ReadonlySet<KeyId>;
      readonly at: Millis;
    }
  /** Something that a person may have to mend, or that is well again: then without a reason. */
  | { readonly kind: "condition"; readonly what: string; readonly why: string | undefined; readonly at: Millis }
  /** Somebody who is not at the panel wants every lamp lit, as by the key for that. */
  | { readonly kind: "lamp-test"; readonly at: Millis }
  /** Somebody wants to see which lamps these are; all of them where none is named. */
  | { readonly kind: "identify"; readonly lamps?: ReadonlySet<LampId>; readonly at: Millis }
  /** A wanted moment has come. */
  | { readonly kind: "time"; readonly local: LocalTime; readonly at: Millis };
