/**
 * What a person can do about it:
 * - interface: this way to the lines is not on this machine; there may be another.
 * - chip: the lines cannot be had now, and may be later.
 * - board: the board file asks for what the chip or the interface does not have; only another board file mends that.
 */
export type TroubleKind = "interface" | "chip" | "board";

/** Why GPIO lines cannot be had: one sentence that names the thing, the place and the mend. */
export class GpioTrouble extends Error {
  readonly kind: TroubleKind;

  constructor(kind: TroubleKind, sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** The code of a failed system call, such as EBUSY. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
