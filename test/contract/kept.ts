/** Which implementation keeps which contract: told by the real tests when they are done. */
export interface Kept {
  readonly contract: string;
  readonly by: string;
}

declare module "vitest" {
  interface TaskMeta {
    kept?: Kept;
  }
}

/** Options of the suite of a contract. */
export function kept(contract: string, by: string): { readonly meta: { readonly kept: Kept } } {
  return { meta: { kept: { contract, by } } };
}

/** One line a contract: "Module contract: SimModule 40 ok, Panel 39 ok and 1 FAILED". */
export function keptLines(results: readonly (Kept & { readonly passed: boolean })[]): string {
  const lines = [...new Set(results.map(({ contract }) => contract))].map((contract) => {
    const own = results.filter((result) => result.contract === contract);
    const parts = [...new Set(own.map(({ by }) => by))].map((by) => {
      const passed = own.filter((result) => result.by === by && result.passed).length;
      const failed = own.filter((result) => result.by === by).length - passed;
      return `${by} ${passed} ok${failed > 0 ? ` and ${failed} FAILED` : ""}`;
    });
    return `${contract} contract: ${parts.join(", ")}\n`;
  });
  return lines.join("");
}
