import type { SimulateOptions } from "./options.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { rehearse } from "./rehearse.ts";

/**
 * A panel, its PBX and everybody's phones, in this process and in memory: no socket is opened, and nothing has to be closed.
 * Resolves when every phone is registered and every lamp shows what its line does.
 *
 * @throws Error with every problem of the settings, each with its place
 */
export async function simulate(options: SimulateOptions = {}): Promise<Rehearsal> {
  return (await rehearse(options)).rehearsal;
}
