import type { FaultView, Lit, PhoneView, Plan, Wish } from "../../../sim/web/message.ts";
import type { Change, Stage } from "../../../sim/web/stage.ts";

export const PLAN: Plan = {
  panel: "ward-3",
  title: "Two keys",
  columns: 2,
  rows: 1,
  keys: [
    { id: "1", column: 0, row: 0, used: true, label: "Sales", about: "103", stroke: "1" },
    { id: "2", column: 1, row: 0, used: false, label: "", about: "", stroke: "2" },
  ],
  lamps: ["zone"],
  buzzer: true,
  watched: false,
};

/** A stage without a panel behind it; only() looks on. */
export class FakeStage implements Stage {
  plan = PLAN;
  lit: Lit = { 1: [], 2: [], zone: [] };
  buzzing = false;
  broker = true;
  phones: readonly PhoneView[] = [];
  faults: readonly FaultView[] = [];
  readonly wishes: Wish[] = [];
  readonly grant?: (wish: Wish) => void;
  #changed: (change: Change) => void = () => {};

  constructor(touch: "touched" | "only looked at" = "touched") {
    if (touch === "touched") this.grant = (wish) => void this.wishes.push(wish);
  }

  wall(): Date {
    return new Date("2026-01-02T03:04:05Z");
  }

  onChange(listener: (change: Change) => void): void {
    this.#changed = listener;
  }

  change(change: Change): void {
    this.#changed(change);
  }

  publish(level: string, payload: string, key?: string): void {
    const topic = `blfd/ward-3/${level}${key === undefined ? "" : `/${key}`}`;
    this.change({ kind: "published", topic, payload, place: { level, ...(key !== undefined && { key }) } });
  }
}

export function lampReport(more: Readonly<Record<string, unknown>> = {}): string {
  const report = { line: "103", label: "Sales", state: "ringing", since: "2026-01-02T03:04:05.000Z" };
  return JSON.stringify({ ...report, colour: "red", cadence: "flash", ...more });
}
