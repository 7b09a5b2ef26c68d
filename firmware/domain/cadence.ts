/** Patterns by name; every one is readable on a lamp of one colour. */
export type CadenceName =
  | "dark"
  | "steady"
  | "flash"
  | "slow"
  | "wink"
  | "double-wink"
  | "dip"
  | "pending"
  | "refused"
  | "too-late"
  | "failed";
