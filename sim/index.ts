export type { Look } from "../firmware/domain/look.ts";
export type { Settings } from "../firmware/domain/settings.ts";
export type { Rehearsal } from "./rehearsal/rehearsal.ts";
export { loadPanel, type SimulateOptions, simulate } from "./rehearsal/simulate.ts";
export type { EventNews, LampNews } from "./rehearsal/witness.ts";
