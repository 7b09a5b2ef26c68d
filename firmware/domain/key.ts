/** One place on the panel, by the name printed in the board file: "1", "12". */
export type KeyId = string;

/** A lamp is named by the key it sits on; a lamp without a key (zone, alive) by a name of its own. */
export type LampId = string;
