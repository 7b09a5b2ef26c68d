import type { Log, LogFields } from "../firmware/hal/log.ts";

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: LogFields;
  readonly message: string;
}

/** Keeps every line, for tests that ask what was said, or what was not. */
export class RecordingLog implements Log {
  readonly lines: LogLine[] = [];

  debug(fields: LogFields, message: string): void {
    this.keep({ level: "debug", fields, message });
  }

  info(fields: LogFields, message: string): void {
    this.keep({ level: "info", fields, message });
  }

  warn(fields: LogFields, message: string): void {
    this.keep({ level: "warn", fields, message });
  }

  error(fields: LogFields, message: string): void {
    this.keep({ level: "error", fields, message });
  }

  /** The messages of one level, in order. */
  of(level: keyof Log): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }

  protected keep(line: LogLine): void {
    this.lines.push(line);
  }

  /** Everything said, errors with their messages and causes, for a search. */
  get text(): string {
    return this.lines.map((line) => `${line.level} ${line.message} ${asText(line.fields)}`).join("\n");
  }
}

/** For parts whose words no test asks for. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

function asText(fields: LogFields): string {
  return JSON.stringify(fields, (_name, value: unknown) =>
    value instanceof Error ? { ...value, name: value.name, message: value.message, cause: value.cause } : value,
  );
}
