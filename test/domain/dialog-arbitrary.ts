import fc from "fast-check";
import type { Dialog, DialogInfo } from "../../firmware/domain/dialog.ts";
import { cleared, EMPTY_ROSTER, fold, type Roster } from "../../firmware/domain/roster.ts";

/** Few ids and call-ids, so that documents meet. */
export const anyDialog: fc.Arbitrary<Dialog> = fc.record(
  {
    id: fc.constantFrom("a", "b", "c"),
    state: fc.constantFrom("trying", "proceeding", "early", "confirmed", "terminated"),
    direction: fc.constantFrom("initiator", "recipient"),
    callId: fc.constantFrom("call-1", "call-2"),
    localTag: fc.constantFrom("l1", "l2"),
    remoteTag: fc.constantFrom("r1", "r2"),
    held: fc.boolean(),
  },
  { requiredKeys: ["id", "state", "held"] },
);

/** Dialogs of one document: no id twice. */
export const anyDialogs = fc.uniqueArray(anyDialog, { maxLength: 3, selector: (dialog) => dialog.id });

export const anyInfo: fc.Arbitrary<DialogInfo> = fc.record({
  entity: fc.constant("sip:101@pbx.example.org"),
  version: fc.nat(6),
  state: fc.constantFrom("full", "partial"),
  dialogs: anyDialogs,
});

/** Any roster that documents and empty bodies can lead to. */
export const anyRoster: fc.Arbitrary<Roster> = fc
  .array(fc.oneof({ weight: 5, arbitrary: anyInfo }, { weight: 1, arbitrary: fc.constant("empty body" as const) }), {
    maxLength: 6,
  })
  .map((documents) =>
    documents.reduce<Roster>(
      (roster, document) => (document === "empty body" ? cleared(roster) : fold(roster, document).roster),
      EMPTY_ROSTER,
    ),
  );

export function dialog(id: string, state: Dialog["state"], more: Partial<Dialog> = {}): Dialog {
  return { id, state, held: false, ...more };
}

export function full(version: number, ...dialogs: readonly Dialog[]): DialogInfo {
  return { entity: "sip:101@pbx.example.org", version, state: "full", dialogs };
}

export function partial(version: number, ...dialogs: readonly Dialog[]): DialogInfo {
  return { ...full(version, ...dialogs), state: "partial" };
}
