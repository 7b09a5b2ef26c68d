/** The code of an error of Node: ECONNREFUSED, CERT_HAS_EXPIRED … */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
