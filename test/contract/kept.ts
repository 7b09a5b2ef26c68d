/** Which implementation keeps which contract, case by case: a field of the tables that `make test-real` ends with. */
export interface Kept {
  readonly contract: string;
  readonly by: string;
  /** Of the contract; the name of the test where absent. */
  readonly case?: string;
}

declare module "vitest" {
  interface TaskMeta {
    kept?: Kept;
  }
}

/** Options of the suite of a contract, or of a test that stands for one of its cases. */
export function kept(contract: string, by: string, which?: string): { readonly meta: { readonly kept: Kept } } {
  return { meta: { kept: { contract, by, ...(which !== undefined && { case: which }) } } };
}
