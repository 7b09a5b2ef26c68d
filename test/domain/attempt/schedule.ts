import fc from "fast-check";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";

/** A PBX that says more often than this that a REFER came too early has refused it. */
export const PATIENT_PBX = 5;

/** What the PBX does with a REFER, after having said `tooEarly` times that it is. */
export interface Plan {
  readonly kind: /** 202, and it is done. */
    | "does"
    /** A final answer of 300 and above; nothing is done. */
    | "refuses"
    /** 202, and a last sipfrag of 300 and above; nothing is done. */
    | "fails"
    /** No answer, ever. */
    | "ignores"
    /** 202, and nothing. */
    | "forgets"
    /** 202, sipfrag 200, and nothing is done. */
    | "lies";
  readonly code: number;
  readonly tooEarly: number;
  readonly takes: Millis;
  /** The last sipfrag for what was done; 0 for one without a status, undefined for none. Asterisk says 503. */
  readonly says: number | undefined;
  /** The PBX ends the legs that are of no more use. */
  readonly tidies: boolean;
}

export type Happening =
  | "caller-hangs-up"
  | "target-answers"
  | "second-panel"
  | "another-call"
  | "abort"
  | "phone-hangs-up"
  | "own-ring";

export interface Schedule {
  readonly deadline: Millis;
  readonly whenBusy: "refuse" | "ring";
  readonly replaces: boolean;
  readonly phone: LineState;
  readonly delays: readonly Millis[];
  /** How late the NOTIFYs of line and phone are sent. */
  readonly lags: readonly Millis[];
  readonly phoneHabit: {
    readonly kind: "answers" | "rejects" | "never";
    readonly after: Millis;
    readonly code: number;
  };
  /** What the PBX makes of the INVITE that takes the call. */
  readonly taking: {
    readonly kind: "gives" | "refuses" | "ignores" | "rings";
    readonly after: Millis;
    readonly code: number;
  };
  readonly plans: { readonly quarry: Plan; readonly phone: Plan; readonly back: Plan };
  readonly remote: {
    readonly code: number | undefined;
    readonly obeys: boolean;
    readonly after: Millis;
    readonly tone: Millis;
  };
  readonly happenings: readonly { readonly what: Happening; readonly at: Millis }[];
  /** A link that is lost, and returns; `died`: because the PBX was killed. */
  readonly loss: { readonly at: Millis; readonly lasts: Millis; readonly died: boolean } | undefined;
}

const CODES = [403, 404, 405, 480, 481, 486, 488, 500, 501, 503, 603] as const;
const code = fc.constantFrom(...CODES);
/** Most of what matters happens in the first moments; some of it at the deadline, and after it. */
const moment = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 1500 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 6000 }) },
);
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...others) });

/** @param says what Asterisk says last when it has done it */
const planOf = (says: number): fc.Arbitrary<Plan> =>
  fc.record({
    kind: mostly<Plan["kind"]>("does", "refuses", "fails", "ignores", "forgets", "lies"),
    code,
    tooEarly: mostly(0, 1, 2, 3, PATIENT_PBX, 12),
    takes: mostly(0, 20, 200, 1200),
    says: mostly<number | undefined>(says, 200, 503, 404, 0, undefined),
    tidies: fc.boolean(),
  });

const happening = fc.record({
  what: fc.constantFrom<Happening>(
    "caller-hangs-up",
    "target-answers",
    "second-panel",
    "another-call",
    "abort",
    "phone-hangs-up",
    "own-ring",
  ),
  at: moment,
});

const loss = fc.record({ at: moment, lasts: fc.integer({ min: 100, max: 12_000 }), died: fc.boolean() });

const drawn: fc.Arbitrary<Schedule> = fc.record({
  deadline: mostly(4000, 1000, 2500),
  whenBusy: mostly<"refuse" | "ring">("refuse", "ring"),
  replaces: fc.boolean(),
  phone: fc.oneof(
    { weight: 9, arbitrary: fc.constant<LineState>("idle") },
    { weight: 1, arbitrary: fc.constantFrom<LineState>("busy", "offline", "ringing", "unknown", "waiting") },
  ),
  delays: fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 24 }),
  lags: fc.array(fc.integer({ min: 0, max: 160 }), { minLength: 1, maxLength: 8 }),
  phoneHabit: fc.record({
    kind: mostly<"answers" | "rejects" | "never">("answers", "rejects", "never"),
    after: mostly(5, 0, 300, 900, 2950, 3380, 5000),
    code,
  }),
  taking: fc.record({
    kind: fc.oneof(
      { weight: 5, arbitrary: fc.constant<Schedule["taking"]["kind"]>("gives") },
      { weight: 1, arbitrary: fc.constantFrom<Schedule["taking"]["kind"]>("refuses", "ignores", "rings") },
    ),
    after: mostly(0, 30, 300, 3100, 3950),
    code,
  }),
  plans: fc.record({ quarry: planOf(503), phone: planOf(200), back: planOf(200) }),
  remote: fc.record({
    code: mostly<number | undefined>(200, 0, 401, 403, 404, 500, undefined),
    obeys: mostly(true, false),
    after: mostly(20, 0, 200, 1500, 3600),
    tone: mostly(0, 50, 200),
  }),
  happenings: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(happening, { minLength: 1, maxLength: 3 }) },
  ),
  loss: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: loss }),
});

/** A false 200 for a join cannot be seen through where the phone was in another call before. */
export const schedules: fc.Arbitrary<Schedule> = drawn.map((schedule) => {
  const { phone, plans } = schedule;
  if (phone !== "busy" || plans.phone.kind !== "lies") return schedule;
  return { ...schedule, plans: { ...plans, phone: { ...plans.phone, kind: "fails" } } };
});
