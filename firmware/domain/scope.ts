import type { LineId } from "./line.ts";

/** Which lines this panel may pick up. Watching a line is another right, given by naming it on a key. */
export type Scope =
  /** Leave it to the PBX's own pickup groups. */
  | { readonly kind: "pbx" }
  | {
      readonly kind: "groups";
      readonly groups: Readonly<Record<string, readonly LineId[]>>;
      /** Names of the groups whose lines may be picked up. */
      readonly pickup: readonly string[];
    };
