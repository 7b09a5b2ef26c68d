import fc from "fast-check";
import { expect, test } from "vitest";
import type { Effect } from "../../firmware/domain/effect.ts";
import type { LocalTime } from "../../firmware/domain/hours.ts";
import { TOO_LATE } from "../../firmware/domain/intent.ts";
import { linesOf } from "../../firmware/domain/key-settings.ts";
import type { LampState } from "../../firmware/domain/lamp.ts";
import { LINE_STATES, type LineState } from "../../firmware/domain/line-state.ts";
import type { Outcome } from "../../firmware/domain/outcome.ts";
import { LIT } from "../../firmware/domain/place.ts";
import type { Press } from "../../firmware/domain/press.ts";
import type { Task } from "../../firmware/domain/task.ts";
import { answerIn, attemptIn, LINES, MONDAY, PHONE, SUNDAY, scheme } from "./attended.ts";
import { keys, mine, World } from "./world.ts";

/** `outcome`: of the attempt under way, or, stray, of one that is not. */
type Event =
  | { readonly kind: "line"; readonly line: string; readonly state: LineState; readonly ring: string }
  | { readonly kind: "press"; readonly key: string; readonly press: Press }
  | { readonly kind: "outcome"; readonly outcome: Outcome; readonly stray: boolean }
  | { readonly kind: "time" };

const line = (of: string, state: LineState, ring = "a"): Event => ({ kind: "line", line: of, state, ring });
const press = (key: string, how: Press = "down"): Event => ({ kind: "press", key, press: how });
const outcome = (kind: Outcome["kind"], stray = false): Event => ({
  kind: "outcome",
  outcome: { kind, reason: "" },
  stray,
});

const anyState = fc.oneof(fc.constantFrom("ringing" as const, "idle" as const), fc.constantFrom(...LINE_STATES));
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.tuple(fc.constantFrom(...LINES), anyState, fc.constantFrom("a", "b")).map((told) => line(...told)),
  fc
    .tuple(fc.constantFrom(...keys.map(({ id }) => id)), fc.constantFrom<Press>("down", "down", "short", "long"))
    .map((pressed) => press(...pressed)),
  fc
    .tuple(fc.constantFrom<Outcome["kind"]>("picked-up", "done", "too-late", "no-answer"), fc.boolean())
    .map((ended) => outcome(...ended)),
  fc.constant<Event>({ kind: "time" }),
);
/** What chance alone would seldom bring about. */
const anyStory = fc.constantFrom<readonly Event[]>(
  [press("4"), line("103", "ringing"), line("103", "idle"), press("4", "short")],
  [line("103", "ringing"), press("3"), line("103", "idle"), press("4"), press("4", "long")],
  [line("103", "ringing"), line("103", "unknown"), line("103", "idle"), press("4"), press("4", "short")],
  [line("103", "ringing"), press("4"), line("103", "idle"), outcome("failed"), press("4"), press("4", "short")],
  [line("103", "idle"), line("101", "ringing"), press("1"), press("4"), outcome("failed"), press("4", "short")],
  [press("4"), line("101", "ringing"), press("1"), press("4", "short"), outcome("failed")],
  [line("102", "busy"), line("701", "busy"), line("701", "idle"), press("12"), outcome("done")],
  [line("701", "held"), press("12"), line("102", "busy"), line("701", "idle"), outcome("picked-up"), press("12")],
  [line("105", "ringing"), press("11"), line("103", "ringing"), press("15"), line("103", "ringing", "b"), press("11")],
);
const anyEvents = fc
  .array(fc.oneof({ weight: 4, arbitrary: anyEvent.map((event) => [event]) }, { weight: 1, arbitrary: anyStory }), {
    maxLength: 40,
  })
  .map((parts) => parts.flat());
/** How long after the event before, by turns. */
const anyTimes = fc.array(
  fc.record({ wait: fc.oneof(fc.nat(300), fc.nat(300), fc.nat(5000)), local: fc.constantFrom(MONDAY, SUNDAY) }),
  { minLength: 1, maxLength: 20 },
);

interface Step {
  readonly event: Event;
  readonly local: LocalTime;
  readonly effects: readonly Effect[];
}

/** Plays any history and looks at the world around each step of it. It begins with calm, or with nothing known. */
function always(runs: number, check: (world: World) => { before?: () => void; after: (step: Step) => void }): void {
  fc.assert(
    fc.property(fc.boolean(), anyEvents, anyTimes, (calm, events, times) => {
      const world = new World();
      if (calm) world.calm();
      const { before, after } = check(world);
      for (const [i, event] of events.entries()) {
        const { wait = 0, local = MONDAY } = times[i % times.length] ?? {};
        world.now += wait;
        before?.();
        after({ event, local, effects: happen(world, event, local) });
      }
    }),
    { numRuns: runs },
  );
}

function happen(world: World, event: Event, local: LocalTime): readonly Effect[] {
  switch (event.kind) {
    case "line":
      return world.line(event.line, event.state, event.ring, local);
    case "press":
      return world.press(event.key, event.press, local);
    case "outcome":
      return world.outcome(event.outcome, event.stray);
    case "time":
      return world.time();
  }
}

/** It is of what is there at this moment, and may be had by this panel. */
function checkAttempt(world: World, task: Task, key: string, local: LocalTime): void {
  const state = (line: string) => world.states.get(line);
  switch (task.kind) {
    case "pickup": {
      const of = keys.find(({ id }) => id === key);
      const ringing = (of ? linesOf(of) : []).filter((line) => state(line) === "ringing" && mine(line, local));
      const since = (line: string) => world.rangSince.get(line) ?? Number.NaN;
      expect(new Set(task.group ?? [task.line])).toEqual(new Set(ringing));
      expect(since(task.line)).toBe(Math.min(...ringing.map(since)));
      expect(task.ring).toBe(world.rings.get(task.line));
      break;
    }
    case "retrieve":
      expect(["busy", "held"]).toContain(state(task.slot));
      break;
    case "park":
      expect(["idle", "waiting"]).toContain(state(task.slot));
      expect(["busy", "held"]).toContain(state(PHONE));
      expect(world.now - world.emptiedFor(task.slot)).toBeGreaterThan(TOO_LATE);
      break;
    case "dial":
      expect(["idle", "waiting"]).toContain(state(task.line));
      // Neither just before the press, nor during it.
      expect(world.downAt(key) - world.stoppedFor(task.line)).toBeGreaterThan(TOO_LATE);
      break;
  }
}

test("over any facts: one attempt at a time, of what may be tried then; each asking press is answered once", () => {
  const tried = new Set<string>();
  always(1000, (world) => {
    const answered = new Set<number>();
    const asked = new Set<string>();
    let pending: number | undefined;
    return {
      before: () => {
        pending = world.pending?.press;
      },
      after: ({ event, local, effects }) => {
        const told = effects.flatMap((effect) => (effect.kind === "report" ? [effect.report] : []));
        const presses = told.filter(({ type }) => type === "press");
        const answers = told.filter((report) => "outcome" in report);
        const attempt = attemptIn(effects);
        expect(presses.length).toBeLessThanOrEqual(event.kind === "press" ? 1 : 0);
        expect(answers.length).toBeLessThanOrEqual(1);
        const answer = answerIn(effects);
        if (answer) {
          expect(answered.has(answer.press)).toBe(false);
          answered.add(answer.press);
        }
        if (attempt) {
          expect(pending).toBeUndefined();
          checkAttempt(world, attempt.task, attempt.key, local);
          tried.add(attempt.task.kind);
        }
        if (event.kind === "outcome") expect(answer?.press).toBe(event.stray ? undefined : pending);
        if (event.kind !== "press") return;
        if (event.press === "down") asked.delete(event.key);
        // What went down and did something is spent; and nothing but a choice between short and long may wait.
        if (presses.length > 0) expect(asked.has(event.key)).toBe(false);
        if (presses.length > 0) asked.add(event.key);
        if (event.press === "down" && event.key !== "4") expect(presses).toHaveLength(1);
        const ofPanel = keys.find(({ id }) => id === event.key)?.kind === "panel";
        if (presses.length > 0 && !ofPanel) expect(answer === undefined).toBe(attempt !== undefined);
      },
    };
  });
  expect([...tried].sort()).toEqual(["dial", "park", "pickup", "retrieve"]);
});

test("over any facts: a lamp says what its key is about, but for feedback and a lamp test, which news end", () => {
  const covers: readonly LampState[] = [...Object.values(scheme.feedback), LIT];
  always(1000, (world) => {
    const about = keys.filter(({ kind }) => kind !== "panel");
    const look = (key: string) => world.panel.looks.get(key);
    let before = new Map<string, LineState>();
    let pendingAt: string | undefined;
    return {
      before: () => {
        before = new Map(about.map((key) => [key.id, world.shown(key)]));
        pendingAt = about.find(({ id }) => look(id) === scheme.feedback.pending)?.id;
      },
      after: ({ event }) => {
        const wrong = about.flatMap((key) => {
          const shown = world.shown(key);
          const plain = look(key.id) === scheme.states[shown];
          const pending = look(key.id) === scheme.feedback.pending;
          if (!plain && !covers.some((cover) => cover === look(key.id)))
            return [`key ${key.id} does not show ${shown}`];
          const news = shown !== before.get(key.id);
          // A ring that has begun is to be seen wherever it belongs.
          const rings =
            event.kind === "line" && world.began && key.kind !== "park" && linesOf(key).includes(event.line);
          if ((news || rings) && !plain && !(pending && shown !== "unknown")) return [`key ${key.id} hides news`];
          return event.kind === "press" && pendingAt === key.id && !pending ? [`key ${key.id} forgets its press`] : [];
        });
        expect(wrong).toEqual([]);
      },
    };
  });
});

test("over any facts: without news every cover goes with time, where no attempt is under way", () => {
  always(1000, (world) => ({
    after: () => {
      if (world.pending !== undefined) return;
      world.now += 3000;
      world.time();
      const covered = keys.filter(
        (key) => key.kind !== "panel" && world.panel.looks.get(key.id) !== scheme.states[world.shown(key)],
      );
      expect(covered).toEqual([]);
    },
  }));
});

test("over any facts: it alerts while a line rings that it may pick up, until somebody acknowledges that ring", () => {
  always(1000, (world) => {
    let on = false;
    return {
      after: ({ effects }) => {
        for (const effect of effects) {
          if (effect.kind !== "alert") continue;
          expect(effect.on).not.toBe(on);
          on = effect.on;
        }
        expect(on).toBe(world.unheard.size > 0);
        const unseen = ["101", "103", "104", "105"].some((line) => world.states.get(line) === "unknown");
        const calm = world.acknowledged.size > 0 ? "busy" : unseen ? "unknown" : "idle";
        expect([scheme.states[on ? "ringing" : calm], LIT]).toContain(world.panel.looks.get("15"));
      },
    };
  });
});
