/** Structured fields of one log line. Never a secret, never a caller's name or number. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where a part says what a person should know. Must never block or throw. */
export interface Log {
  /**
   * Every SIP message, whole but for secrets: so with callers' names and numbers. Absent unless somebody has asked for it, so that
   * nothing is made for nobody: `log.trace?.(…)`.
   */
  trace?(fields: LogFields, message: string): void;
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
