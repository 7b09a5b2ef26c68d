import fc from "fast-check";
import type { Millis } from "../../../firmware/domain/millis.ts";
import type { Outcome } from "../../../firmware/domain/outcome.ts";
import type { LandingName } from "../../../firmware/domain/settings.ts";
import { type Fate, HOP } from "../../../sim/ether/ether.ts";
import type { PhoneManners } from "../../../sim/phone/calls.ts";
import { DEADLINE, DESK, Office } from "./office.ts";

const CALLER = "100";
const TARGETS = ["101", "103"];
const OTHER = "104";

/** What people and machines do while the panel takes a call. */
export type Happening =
  | { readonly what: "caller hangs up" | "target answers" | "target declines" | "another takes it" }
  | { readonly what: "desk hangs up" | "desk dials" }
  /** Nothing gets through between PBX and panel. */
  | { readonly what: "cut"; readonly lasts: Millis };

/** One press, and all that goes on around it. */
export interface Schedule {
  /** What the caller dials: a line, or a ring group that it is in. */
  readonly dialled: "101" | "200";
  readonly desk: PhoneManners;
  readonly happenings: readonly (Happening & { readonly at: Millis })[];
  /** What becomes of the datagrams between PBX and panel, in their order from the press on; then nothing more. */
  readonly fates: readonly Fate[];
}

/** Presses one after the other in one office, and how it ends. */
export interface Series {
  readonly landing: LandingName;
  /** Draws waits of the panel's. */
  readonly random: number;
  readonly schedules: readonly Schedule[];
  /** So long after the last press. */
  readonly end: { readonly what: "nothing" | "the panel is stopped" | "the PBX dies"; readonly at: Millis };
}

const moment = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 60, max: 700 }) },
  { weight: 1, arbitrary: fc.integer({ min: 700, max: DEADLINE + 500 }) },
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constantFrom(
        ...(["caller hangs up", "target answers", "another takes it"] as const),
        ...(["target declines", "desk hangs up", "desk dials"] as const),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("cut" as const), lasts: fc.integer({ min: 50, max: 8000 }) }) },
);

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 12, arbitrary: fc.constant([HOP]) },
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.tuple(fc.integer({ min: 2, max: 700 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant(HOP), fc.integer({ min: 1, max: 700 })) },
);

const desk: fc.Arbitrary<PhoneManners> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ habit: "answers-on-header" as const }) },
  { weight: 3, arbitrary: fc.record({ habit: fc.constant("answers-on-header" as const), answerDelay: moment }) },
  { weight: 1, arbitrary: fc.constant({ habit: "manual" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      refuses: fc.record({ status: fc.constantFrom(403, 480, 486, 603), calls: fc.constant("all" as const) }),
    }),
  },
);

const schedule: fc.Arbitrary<Schedule> = fc.record({
  dialled: fc.constantFrom("101" as const, "101" as const, "200" as const),
  desk,
  happenings: fc.array(
    fc.tuple(happening, moment).map(([one, at]) => ({ ...one, at })),
    { maxLength: 3 },
  ),
  fates: fc.oneof(fc.constant([]), fc.array(fate, { maxLength: 24 })),
});

export const seriesOf = (presses: number): fc.Arbitrary<Series> =>
  fc.record({
    landing: fc.constantFrom("desk-phone" as const, "transfer" as const),
    random: fc.constantFrom(0, 0.5, 0.99),
    schedules: fc.array(schedule, { minLength: presses, maxLength: presses }),
    end: fc.record({
      what: fc.constantFrom(
        ...(["nothing", "nothing", "nothing"] as const),
        ...(["the panel is stopped", "the PBX dies"] as const),
      ),
      at: moment,
    }),
  });

/** How often each outcome came. */
export type Tally = Map<string, number>;

/** Throws a sentence where something is not as it was promised. */
export async function play({ landing, random, schedules, end }: Series, tally: Tally): Promise<void> {
  const office = new Office([landing], () => random);
  await office.open([CALLER, ...TARGETS, DESK, OTHER]);
  if (landing === "transfer") await provesItsRight(office);
  for (const [i, one] of schedules.entries()) {
    const last = i === schedules.length - 1 && end.what !== "nothing" ? end : undefined;
    const outcome = await press(office, one, last);
    tally.set(outcome.kind, (tally.get(outcome.kind) ?? 0) + 1);
    if (!last) await hasNothingLeft(office);
  }
  await office.close();
}

/** A panel takes a caller only after a REFER of its own was accepted: here, of a call that somebody dials. */
async function provesItsRight(office: Office): Promise<void> {
  let dialled: Outcome | undefined;
  void office.attempt({ kind: "dial", line: OTHER, number: OTHER }).then(({ outcome }) => {
    dialled = outcome;
  });
  await office.until(() => dialled !== undefined);
  if (dialled?.kind !== "done") throw new Error(`the desk phone could not dial: ${dialled?.reason}`);
  await hasNothingLeft(office);
}

async function press(
  office: Office,
  { dialled, desk, happenings, fates }: Schedule,
  end?: Series["end"],
): Promise<Outcome> {
  const { clock, ether, events, watcher } = office;
  for (const name of ["habit", "answerDelay", "refuses"] as const) delete office.manners[name];
  Object.assign(office.manners, desk);
  calls(office, CALLER, dialled);
  await office.until(() => watcher.view("101").state === "ringing");
  // What else tells of this ring is on its way, as it is when a person has seen the lamp.
  await office.run(clock.now() + 20);

  const at = clock.now();
  const seen = events.length;
  const left = [...fates];
  let cutUntil = 0;
  let isAcknowledged = false;
  ether.forgetVoices();
  ether.meddle = (bytes) => {
    // That of an answered call goes to the PBX's Contact, which has no user.
    isAcknowledged ||= /^ACK sip:[^@ ]+ /.test(bytes.toString("latin1", 0, 100));
    return clock.now() < cutUntil ? [] : (left.shift() ?? [HOP]);
  };
  const done = new Set<string>();
  const unlink = office.agent.onLink(() => isAcknowledged || done.add(LOST));
  for (const one of happenings) {
    clock.at(at + one.at, () => {
      if (one.what === "cut") cutUntil = Math.max(cutUntil, clock.now() + one.lasts);
      else if (happens(office, one.what)) done.add(one.what);
    });
  }
  if (end) {
    clock.at(at + end.at, () => {
      done.add(end.what);
      if (end.what === "the PBX dies") void office.pbx.kill();
      else office.stop.abort();
    });
  }

  let outcome: Outcome | undefined;
  void office.attempt({ kind: "pickup", line: "101", ring: watcher.view("101").ring }).then((tried) => {
    outcome = tried.outcome;
  });
  await office.run(at + DEADLINE, () => outcome !== undefined);
  if (!outcome) throw new Error(`no outcome ${DEADLINE} ms after the press`);
  const told = clock.now();
  const took = office.hears(CALLER, DESK, at);
  if (outcome.kind === "picked-up" && !took) throw new Error("picked-up, and the caller never heard the desk phone");

  // Everything of the attempt is over, and whoever is to hear somebody does.
  const last = Math.max(0, ...happenings.map((one) => one.at), end?.at ?? 0);
  await office.run(Math.max(at + last, told) + 1000);
  await office.run(at + 60_000, () => office.watching === 0);
  if (office.watching > 0) throw new Error("something of the attempt is not over after a minute");
  await office.run(clock.now() + 200);
  unlink();
  if (!done.has("the PBX dies")) {
    const takings = events.slice(seen).filter((one) => one.kind === "picked-up" && ["900", DESK].includes(one.by));
    if (takings.length > 1) throw new Error(`one press, and ${takings.length} takings`);
    strands(office, done);
    const undisturbed = fates.length === 0 && happenings.length === 0 && !end;
    const talks = office.hears(CALLER, DESK, clock.now() - 100);
    if (undisturbed && talks !== (outcome.kind === "picked-up")) {
      throw new Error(
        `told ${outcome.kind} (${outcome.reason}), and caller and desk phone ${talks ? "" : "do not "}talk`,
      );
    }
  }
  return outcome;
}

/** A phone that has nothing else to do calls. That it is refused, or given up, is no fault. */
function calls(office: Office, from: string, to: string): void {
  const phone = office.phone(from);
  if (phone.state === "idle") void phone.call(to).catch(() => undefined);
}

/** Somebody does it, if there is something to do; whether. */
function happens(office: Office, what: Exclude<Happening["what"], "cut">): boolean {
  const ringing = TARGETS.map((number) => office.phone(number)).filter((phone) => phone.state === "ringing");
  switch (what) {
    case "caller hangs up":
      void office.phone(CALLER).hangUp();
      return true;
    case "target answers":
      void ringing[0]?.answer();
      return ringing.length > 0;
    case "target declines":
      for (const phone of ringing) void phone.hangUp();
      return ringing.length > 0;
    case "another takes it":
      calls(office, OTHER, "*9101");
      return true;
    case "desk hangs up":
      void office.phone(DESK).hangUp();
      return true;
    case "desk dials":
      calls(office, DESK, OTHER);
      return true;
  }
}

/**
 * The link went down while no call of the panel's was acknowledged. If the PBX has answered meanwhile, the panel will never
 * know: what the PBX repeats goes to an address that is no more. It ends such a call after 32 s (RFC 3261 §13.3.1.4).
 */
const LOST = "the link is lost before the answer";

/** The caller talks to somebody, or somebody's phone rings for him, or there is a person who wanted it otherwise. */
function strands(office: Office, done: ReadonlySet<string>): void {
  if (done.has(LOST)) return;
  const { state } = office.phone(CALLER);
  const rings = TARGETS.some((number) => office.phone(number).state === "ringing");
  const since = office.clock.now() - 100;
  const heard = [...TARGETS, DESK, OTHER].some((number) => office.hears(CALLER, number, since));
  if (state === "idle") {
    const wanted = ["caller hangs up", "target declines", "desk hangs up"].some((what) => done.has(what));
    if (!wanted) throw new Error("the caller lost his call, and nobody had hung up");
  } else if (!rings && !heard) throw new Error(`the caller is stranded: ${state}, nobody rings and nobody is heard`);
}

/** Everybody hangs up, and then there is no leg any more at either end, and the panel sees all lines as they are. */
async function hasNothingLeft(office: Office): Promise<void> {
  const { clock, ether, phones, pbx, watcher } = office;
  ether.meddle = undefined;
  for (const phone of phones.values()) void phone.hangUp();
  const lines = [...TARGETS, DESK];
  const calm = () => pbx.dialogs === 0 && lines.every((line) => watcher.view(line).state === "idle");
  await office.run(clock.now() + 45_000, calm);
  if (pbx.dialogs > 0) throw new Error(`${pbx.dialogs} legs are left at the PBX after 45 s`);
  if (!calm()) throw new Error(`lines are not seen as they are: ${lines.map((line) => watcher.view(line).state)}`);
}
