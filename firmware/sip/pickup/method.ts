import type { LineId } from "../../domain/line.ts";
import type { Profile } from "../../domain/profile.ts";

/** What takes a ringing call at this PBX. */
export interface DialTarget {
  readonly kind: "dial";
  /** User part to call or to transfer to: "**101". */
  readonly user: string;
}

/** A method that does not fit here, and why, for a person. */
export interface Inapplicable {
  readonly kind: "inapplicable";
  readonly why: string;
}

/** What to dial or to replace to take the call that rings at a line. Decides, sends nothing. */
export interface Method {
  readonly name: string;
  target(line: LineId, profile: Profile): DialTarget | Inapplicable;
}
