/** Structured fields of one log line. Never a secret, never a caller's name or number. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where a part says what a person should know. Must never block or throw. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
