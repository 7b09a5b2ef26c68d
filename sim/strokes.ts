import type { KeyId } from "../firmware/domain/key.ts";

const STROKES = "123456789abcdefghijklmnopqrstuvwxyz";

/** What to type for each key, in the order of the board: 1…9, then a, b, c…; a space where there is no letter left. */
export function strokesOf(keys: readonly { readonly id: KeyId }[]): ReadonlyMap<KeyId, string> {
  return new Map(keys.map(({ id }, i) => [id, STROKES[i] ?? " "]));
}
