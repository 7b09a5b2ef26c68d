export type Destination =
  /** `intercom`: the phones are asked to answer by themselves. */
  | { readonly kind: "phones"; readonly numbers: readonly string[]; readonly intercom: boolean }
  | { readonly kind: "pickup"; readonly number: string };

export interface DialplanOptions {
  readonly numbers: ReadonlySet<string>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Before an extension: takes the call that rings there. */
  readonly pickupCode: string;
  /** Before an extension: calls it with auto-answer headers. */
  readonly intercomCode: string;
}

/** What each number leads to. */
export class Dialplan {
  readonly #options: DialplanOptions;

  constructor(options: DialplanOptions) {
    this.#options = options;
  }

  /** Undefined where it leads nowhere. */
  lookUp(dialled: string): Destination | undefined {
    const { numbers, groups, pickupCode, intercomCode } = this.#options;
    const group = groups[dialled];
    if (group) return { kind: "phones", numbers: group, intercom: false };
    if (numbers.has(dialled)) return { kind: "phones", numbers: [dialled], intercom: false };
    const picked = after(pickupCode, dialled);
    if (picked !== undefined && numbers.has(picked)) return { kind: "pickup", number: picked };
    const called = after(intercomCode, dialled);
    if (called !== undefined && numbers.has(called)) return { kind: "phones", numbers: [called], intercom: true };
    return undefined;
  }
}

function after(code: string, dialled: string): string | undefined {
  return dialled.startsWith(code) ? dialled.slice(code.length) : undefined;
}
