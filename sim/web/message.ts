import type { Caller } from "../../firmware/domain/caller.ts";
import type { KeyId, LampId } from "../../firmware/domain/key.ts";
import type { Colour, LampState } from "../../firmware/domain/lamp.ts";

/** What goes between the server and its pages: types, for both. */

/** The panel as one looks at it. */
export interface Plan {
  readonly panel: string;
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  readonly keys: readonly KeyPlan[];
  /** Lamps that sit on no key. */
  readonly lamps: readonly LampId[];
  readonly buzzer: boolean;
  /** Only to look at: nothing can be pressed, and lamps are drawn from what is reported of them. */
  readonly watched: boolean;
}

export interface KeyPlan {
  readonly id: KeyId;
  readonly column: number;
  readonly row: number;
  /** Whether the panel has a use for it. */
  readonly used: boolean;
  /** Empty where that is not known. */
  readonly label: string;
  /** What it is about, as printed beside the label: a line, a group, a slot. */
  readonly about: string;
  /** What to type to press it. */
  readonly stroke: string;
}

/** What is reported of a key. */
export interface KeyNews extends LampState {
  readonly label: string;
  readonly about: string;
  readonly state: string;
  /** When this state began: ISO 8601. */
  readonly since: string;
  /** Only where the panel's privacy lets it be reported. */
  readonly caller?: Caller;
}

export interface Link {
  /** Whether what is shown here comes from the broker; true where no broker stands between. */
  readonly broker: boolean;
  /** What the panel says of itself: `online`, `offline`; undefined before it said anything. */
  readonly status?: string;
  /** `up` or `down`; undefined before it was told. */
  readonly pbx?: string;
}

export const PHONE_VERBS = ["answer", "hang-up", "hold", "resume", "park", "transfer"] as const;
export type PhoneVerb = (typeof PHONE_VERBS)[number];

/** One telephone of the simulation. */
export interface PhoneView {
  readonly number: string;
  readonly name: string;
  readonly role: "desk" | "person" | "caller";
  readonly state: "idle" | "calling" | "ringing" | "talking" | "held";
  /** Whom it calls, or talks to, where that is known. */
  readonly peer?: string;
  /** What it can do at this moment; `call` it can while it is idle. */
  readonly verbs: readonly PhoneVerb[];
}

/** Something that can be broken, and mended again. */
export interface FaultView {
  readonly name: string;
  /** What is wrong while it is on, as a sentence. */
  readonly sentence: string;
  readonly on: boolean;
}

/** Something that happened, for a person to read. */
export interface Told {
  /** ISO 8601 */
  readonly at: string;
  readonly kind: "press" | "call" | "link" | "fault" | "hand";
  readonly title: string;
  readonly why?: string;
  /** How it was done: method, landing, times. */
  readonly how?: string;
  /** Of a press: what it came to. */
  readonly outcome?: string;
}

/** One message of MQTT. */
export interface Traffic {
  readonly at: string;
  readonly topic: string;
  readonly payload: string;
}

export type Lit = Readonly<Record<LampId, readonly Colour[]>>;

export type Message =
  /** All there is to know; everything else changes it. */
  | {
      readonly type: "hello";
      /** Which page this server has; a page that is another one loads itself again. */
      readonly page: string;
      readonly plan: Plan;
      readonly news: Readonly<Record<KeyId, KeyNews>>;
      readonly lit: Lit;
      readonly buzzing: boolean;
      readonly link: Link;
      readonly phones: readonly PhoneView[];
      readonly faults: readonly FaultView[];
      /** Newest last. */
      readonly told: readonly Told[];
      readonly traffic: readonly Traffic[];
    }
  /** Lamps whose light is another now. */
  | { readonly type: "light"; readonly lit: Lit }
  | { readonly type: "buzzer"; readonly on: boolean }
  | { readonly type: "key"; readonly key: KeyId; readonly news: KeyNews }
  | { readonly type: "link"; readonly link: Link }
  | { readonly type: "phones"; readonly phones: readonly PhoneView[] }
  | { readonly type: "faults"; readonly faults: readonly FaultView[] }
  | { readonly type: "told"; readonly told: Told }
  | { readonly type: "traffic"; readonly traffic: Traffic };

/** What a page asks for. */
export type Wish =
  /** A finger on a key, and off again. */
  | { readonly wish: "close" | "open"; readonly key: KeyId }
  /** Without `from`: somebody who is free. */
  | { readonly wish: "call"; readonly from?: string; readonly to: string }
  | { readonly wish: Exclude<PhoneVerb, "transfer">; readonly phone: string }
  | { readonly wish: "transfer"; readonly phone: string; readonly to: string }
  | { readonly wish: "fault"; readonly name: string; readonly on: boolean };
