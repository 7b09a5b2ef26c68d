export type { Look } from "../firmware/domain/look.ts";
export type { Settings } from "../firmware/domain/settings.ts";
export { loadPanel } from "./rehearsal/load-panel.ts";
export type { SimulateOptions } from "./rehearsal/options.ts";
export type { Rehearsal } from "./rehearsal/rehearsal.ts";
export { simulate } from "./rehearsal/simulate.ts";
export type { EventNews, LampNews } from "./rehearsal/witness.ts";
