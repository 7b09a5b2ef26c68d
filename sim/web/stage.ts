import type { FaultView, Link, Lit, PhoneView, Plan, Told, Wish } from "./message.ts";
import type { Place } from "./reading.ts";

/** What has changed on a stage. */
export type Change =
  | { readonly kind: "plan" | "light" | "buzzer" | "phones" | "faults" }
  | { readonly kind: "told"; readonly told: Told }
  | { readonly kind: "broker"; readonly up: boolean }
  /** A message of MQTT; `place` where it is the panel's. */
  | { readonly kind: "published"; readonly topic: string; readonly payload: string; readonly place?: Place };

/** A panel as a page shows it: a simulated one, or a running one that is watched from afar. */
export interface Stage {
  readonly plan: Plan;
  /** Every lamp whose light is known here. */
  readonly lit: Lit;
  readonly buzzing: boolean;
  readonly broker: Link["broker"];
  readonly phones: readonly PhoneView[];
  readonly faults: readonly FaultView[];
  wall(): Date;
  /** One listener. */
  onChange(listener: (change: Change) => void): void;
  /** Does what a page asks for. Absent where there is nothing to touch. */
  readonly grant?: (wish: Wish) => void;
}
