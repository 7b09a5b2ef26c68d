import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventQueue } from "../../firmware/mqtt/event-queue.ts";

function queueOf(most: number, count: number): EventQueue {
  const queue = new EventQueue(most);
  for (let i = 0; i < count; i++) queue.add("event", () => String(i));
  return queue;
}

describe("the event queue", () => {
  it("keeps the newest, and counts what it drops", () => {
    const queue = queueOf(10, 25);
    const sent: string[] = [];
    queue.send((_, text) => sent.push(text));
    expect(sent).toEqual(["15", "16", "17", "18", "19", "20", "21", "22", "23", "24"]);
    expect([queue.takeDropped(), queue.takeDropped()]).toEqual([15, 0]);
  });

  it("does not drop what is on its way", () => {
    const queue = queueOf(25, 25);
    queue.send(() => {});
    queue.add("event", () => "25");
    queue.reset();
    const sent: string[] = [];
    queue.send((_, text) => sent.push(text));
    expect(sent).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
    expect(queue.takeDropped()).toBe(1);
  });

  it("keeps each with its topic", () => {
    const queue = new EventQueue(10);
    queue.add("event", () => "1");
    queue.add("result", () => "2");
    const sent: string[] = [];
    queue.send((topic, text) => sent.push(`${topic} ${text}`));
    expect(sent).toEqual(["event 1", "result 2"]);
  });

  it("sends the same text again after a loss", () => {
    const queue = new EventQueue(10);
    let made = 0;
    queue.add("event", () => `event ${++made}`);
    const sent: string[] = [];
    queue.send((_, text) => sent.push(text));
    queue.reset();
    queue.send((_, text) => sent.push(text));
    expect(sent).toEqual(["event 1", "event 1"]);
  });

  it("brings every event, in order, over any link", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("add" as const), count: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ kind: fc.constant("acknowledge" as const), count: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ kind: fc.constant("break" as const), count: fc.integer({ min: 0, max: 20 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new EventQueue(10_000);
        let added = 0;
        let arrived: number[] = [];
        let onTheWay: { text: string; sent: () => void }[] = [];
        const send = (): void => queue.send((_, text, sent) => onTheWay.push({ text, sent }));
        const acknowledge = (count: number): void => {
          for (const { text, sent } of onTheWay.splice(0, count)) {
            arrived.push(Number(text));
            sent();
          }
          send();
        };
        for (const { kind, count } of steps) {
          if (kind === "add")
            for (let i = 0; i < count; i++)
              queue.add(
                "event",
                (
                  (n) => () =>
                    String(n)
                )(added++),
              );
          if (kind === "acknowledge") acknowledge(count);
          if (kind === "break") {
            // So many arrived whose acknowledgement is lost.
            arrived = [...arrived, ...onTheWay.slice(0, count).map(({ text }) => Number(text))];
            onTheWay = [];
            queue.reset();
          }
          send();
          expect(onTheWay.length).toBeLessThanOrEqual(20);
        }
        while (onTheWay.length > 0) acknowledge(7);
        expect([...new Set(arrived)]).toEqual(Array.from({ length: added }, (_, i) => i));
        expect(queue.length).toBe(0);
      }),
    );
  });
});
