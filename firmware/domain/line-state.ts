/** What a lamp can say of a line. Order has no meaning here; see lineStateOf for what outranks what. */
export type LineState = "unknown" | "offline" | "idle" | "ringing" | "busy" | "held" | "waiting";

export const LINE_STATES: readonly LineState[] = ["unknown", "offline", "idle", "ringing", "busy", "held", "waiting"];
