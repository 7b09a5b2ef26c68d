/** Which ringing a pickup takes. */
export type Wanted =
  /** A call to that number, or any call that makes its phone ring. */
  | { readonly by: "extension" | "phone"; readonly number: string }
  /** The oldest that the groups of who picks up allow. */
  | { readonly by: "groups" };

export type Destination =
  /** `intercom`: the phones are asked to answer by themselves. */
  | { readonly kind: "phones"; readonly numbers: readonly string[]; readonly intercom: boolean }
  | { readonly kind: "pickup"; readonly wanted: Wanted }
  /** Parks whom it is dialled for in the next free slot, or fetches whoever is parked in that one. */
  | { readonly kind: "park" }
  | { readonly kind: "slot"; readonly slot: string };

export interface Codes {
  /** Before an extension: takes the call to it, as `Pickup(101@context)`: a member of a ring group is not found. */
  readonly pickupCode: string;
  /** Before an extension: takes any call that makes its phone ring, as `PickupChan(PJSIP/101,p)`. */
  readonly phonePickupCode: string;
  /** Takes a call of the groups, as `Pickup()`. */
  readonly groupPickupCode: string;
  /** Does so as `pickupexten`, which is no extension: a call cannot be transferred to it. */
  readonly builtInPickupCode: string;
  /** Before an extension: calls it with auto-answer headers. */
  readonly intercomCode: string;
  /** Parks a call in the next free slot. */
  readonly parkCode: string;
}

export interface DialplanOptions extends Codes {
  readonly numbers: ReadonlySet<string>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Where calls are parked. */
  readonly slots: readonly string[];
}

/** What each number leads to. */
export class Dialplan {
  readonly #options: DialplanOptions;

  constructor(options: DialplanOptions) {
    this.#options = options;
  }

  /** Undefined where it leads nowhere. */
  lookUp(dialled: string): Destination | undefined {
    const { numbers, groups, pickupCode, phonePickupCode, groupPickupCode, intercomCode, parkCode, slots } =
      this.#options;
    const after = (code: string): string | undefined => {
      const number = dialled.startsWith(code) ? dialled.slice(code.length) : "";
      return numbers.has(number) ? number : undefined;
    };
    const group = groups[dialled];
    if (group) return { kind: "phones", numbers: group, intercom: false };
    if (numbers.has(dialled)) return { kind: "phones", numbers: [dialled], intercom: false };
    if (dialled === parkCode) return { kind: "park" };
    if (slots.includes(dialled)) return { kind: "slot", slot: dialled };
    if (dialled === groupPickupCode) return { kind: "pickup", wanted: { by: "groups" } };
    const dialledTo = after(pickupCode);
    if (dialledTo !== undefined) return { kind: "pickup", wanted: { by: "extension", number: dialledTo } };
    const ringing = after(phonePickupCode);
    if (ringing !== undefined) return { kind: "pickup", wanted: { by: "phone", number: ringing } };
    const called = after(intercomCode);
    if (called !== undefined) return { kind: "phones", numbers: [called], intercom: true };
    return undefined;
  }

  isBuiltInPickup(dialled: string): boolean {
    return dialled === this.#options.builtInPickupCode;
  }
}
