/** What happens on the PBX, for those who look on: numbers, never passwords. */
export type PbxEvent =
  | { readonly kind: "registered"; readonly user: string }
  | { readonly kind: "unregistered"; readonly user: string }
  /** `to` is what was dialled. */
  | { readonly kind: "calling"; readonly from: string; readonly to: string }
  | { readonly kind: "answered"; readonly from: string; readonly by: string }
  /** `to` rang for `from`, and `by` has the call. */
  | { readonly kind: "picked-up"; readonly from: string; readonly to: string; readonly by: string }
  /** Without `to`: by a group code. */
  | { readonly kind: "pickup-failed"; readonly to?: string; readonly by: string }
  /** Nobody answered, or the caller gave up. */
  | { readonly kind: "unanswered"; readonly from: string; readonly to: string }
  | { readonly kind: "hung-up"; readonly user: string };
