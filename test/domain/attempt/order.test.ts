import fc from "fast-check";
import { expect, test } from "vitest";
import type {
  AttemptCommand,
  AttemptEvent,
  LegName,
  Procedure,
  Stage,
  Start,
} from "../../../firmware/domain/attempt/attempt.ts";
import { DESK_PHONE } from "../../../firmware/domain/attempt/desk-phone.ts";
import { DIAL } from "../../../firmware/domain/attempt/dial.ts";
import { AFTERCARE } from "../../../firmware/domain/attempt/giving-back.ts";
import { PARK } from "../../../firmware/domain/attempt/park.ts";
import { REMOTE_CONTROL } from "../../../firmware/domain/attempt/remote-control.ts";
import { REMOTE_DIAL } from "../../../firmware/domain/attempt/remote-dial.ts";
import { TRANSFER } from "../../../firmware/domain/attempt/transfer.ts";
import { LINE_STATES } from "../../../firmware/domain/line-state.ts";
import { abort, DEADLINE, line, phone, progress, time } from "./heard.ts";

const leg = fc.constantFrom<LegName>("phone", "caller");
const code = fc.constantFrom(202, 400, 403, 408, 481, 486, 491, 501, 503, 603);
const anyEvent: fc.Arbitrary<AttemptEvent> = fc.oneof(
  leg.map(progress),
  leg.map((name): AttemptEvent => ({ kind: "answered", leg: name })),
  fc.record({ kind: fc.constant("rejected" as const), leg, code }),
  fc.record({ kind: fc.constant("refer-answered" as const), leg, code }),
  fc.record({
    kind: fc.constant("sipfrag" as const),
    leg,
    code: fc.constantFrom(0, 100, 180, 200, 400, 404, 503),
    final: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("leg-ended" as const), leg }),
  fc.constantFrom("there", "gone", "unknown").map(line),
  fc.constantFrom(...LINE_STATES).map(phone),
  fc.constantFrom(0, 200, 401, 500).map((status): AttemptEvent => ({ kind: "obeyed", code: status })),
  fc.constant(abort),
  fc.constant(time),
);
const schedule = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), anyEvent), { maxLength: 30 });

/** A leg as far as events say, whether they make sense or not. */
interface Known {
  placed: number;
  up: boolean;
  over: boolean;
  /** Times it was ended, and times it could come to life again after that: by a 200 that crosses a CANCEL. */
  ended: number;
  revived: number;
}

function everyOrder<A extends Stage>(procedure: Procedure<A>, start: Partial<Start>): void {
  const from: Start = {
    quarry: "there",
    phone: "idle",
    whenBusy: "refuse",
    replaces: false,
    deadline: DEADLINE,
    ...start,
  };
  fc.assert(
    fc.property(schedule, (events) => {
      const legs: Record<LegName, Known> = {
        phone: { placed: 0, up: false, over: false, ended: 0, revived: 0 },
        caller: { placed: 0, up: false, over: false, ended: 0, revived: 0 },
      };
      let now = 0;
      let told = 0;
      let asked = 0;
      const act = (command: AttemptCommand): void => {
        if (command.kind === "invite") legs[command.leg].placed++;
        if (command.kind === "end-leg") {
          expect(legs[command.leg]).toMatchObject({ placed: 1, over: false });
          legs[command.leg].ended++;
        }
        if (command.kind === "refer") {
          expect(legs[command.leg]).toMatchObject({ placed: 1, up: true, over: false });
          expect(legs[command.leg].ended).toBeLessThanOrEqual(legs[command.leg].revived);
        }
        if (command.kind === "ask-phone") asked++;
        if (command.kind === "done") {
          told++;
          expect(now).toBeLessThanOrEqual(DEADLINE);
        }
      };
      let { attempt, commands } = procedure.begin(from, now);
      commands.forEach(act);
      const hear = (event: AttemptEvent): void => {
        // A leg tells of such an answer only where it is the caller's (LegEvents.answeredLate).
        if (event.kind === "answered" && event.leg === "phone" && legs.phone.ended > 0) return;
        const before = attempt.stage;
        if (event.kind === "answered" && legs[event.leg].placed > 0 && !legs[event.leg].over) {
          if (legs[event.leg].ended > legs[event.leg].revived && !legs[event.leg].up) legs[event.leg].revived++;
          legs[event.leg].up = true;
        }
        if (event.kind === "rejected" && legs[event.leg].placed > 0) legs[event.leg].over ||= !legs[event.leg].up;
        if (event.kind === "leg-ended" && legs[event.leg].placed > 0) legs[event.leg].over = true;
        ({ attempt, commands } = procedure.step(attempt, event, now));
        commands.forEach(act);
        // What is over says nothing more, unless it is to bring somebody back.
        const back = commands.every(({ kind }) => kind === "refer" || kind === "wake");
        if (before === "over" && commands.length > 0) expect([event.kind, back]).toEqual(["answered", true]);
      };
      for (const [wait, event] of [
        ...events,
        [DEADLINE, time],
        [2 * AFTERCARE, time],
        [2 * AFTERCARE, time],
      ] as const) {
        if (told === 0 && now <= DEADLINE && now + wait > DEADLINE) {
          now = DEADLINE;
          hear(time);
        }
        now += wait;
        hear(event);
      }
      expect(told).toBe(1);
      expect(attempt.stage).toBe("over");
      expect(asked).toBeLessThanOrEqual(1);
      for (const { placed, over, ended, revived } of Object.values(legs)) {
        expect(placed).toBeLessThanOrEqual(1);
        expect(ended).toBeLessThanOrEqual(1 + revived);
        // Whatever came to life was ended, by them or by us.
        if (placed > 0 && !over) expect(ended).toBe(1 + revived);
      }
    }),
    { numRuns: 1000 },
  );
}

test.each([
  ["desk-phone", () => everyOrder(DESK_PHONE, {})],
  ["transfer", () => everyOrder(TRANSFER, {})],
  [
    "transfer by Replaces to a phone in use",
    () => everyOrder(TRANSFER, { replaces: true, phone: "busy", whenBusy: "ring" }),
  ],
  ["remote-control", () => everyOrder(REMOTE_CONTROL, {})],
  ["dial", () => everyOrder(DIAL, {})],
  ["remote dial", () => everyOrder(REMOTE_DIAL, {})],
  ["park", () => everyOrder(PARK, { phone: "busy" })],
] as const)("%s: every event at every stage in every order is harmless", { timeout: 60_000 }, (_, play) => play());
