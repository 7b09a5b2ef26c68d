import type { Log, LogFields } from "../../../firmware/hal/log.ts";
import { Inbox } from "./inbox.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: LogFields;
  readonly message: string;
}

/** Keeps every line, for tests of what is said and of what must not be. */
export class CaptureLog implements Log {
  readonly lines = new Inbox<LogLine>();

  debug(fields: LogFields, message: string): void {
    this.lines.push({ level: "debug", fields, message });
  }

  info(fields: LogFields, message: string): void {
    this.lines.push({ level: "info", fields, message });
  }

  warn(fields: LogFields, message: string): void {
    this.lines.push({ level: "warn", fields, message });
  }

  error(fields: LogFields, message: string): void {
    this.lines.push({ level: "error", fields, message });
  }

  get text(): string {
    return JSON.stringify(this.lines.all, (_, value) =>
      value instanceof Error ? { message: value.message, stack: value.stack, cause: value.cause } : value,
    );
  }
}
