import type { Log, LogFields } from "../../firmware/hal/log.ts";

export interface Note {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: LogFields;
  readonly message: string;
}

/** A Log that keeps what it is told. */
export class Notes implements Log {
  readonly all: Note[] = [];

  debug(fields: LogFields, message: string): void {
    this.all.push({ level: "debug", fields, message });
  }
  info(fields: LogFields, message: string): void {
    this.all.push({ level: "info", fields, message });
  }
  warn(fields: LogFields, message: string): void {
    this.all.push({ level: "warn", fields, message });
  }
  error(fields: LogFields, message: string): void {
    this.all.push({ level: "error", fields, message });
  }

  of(level: Note["level"]): string[] {
    return this.all.filter((note) => note.level === level).map((note) => note.message);
  }
}
