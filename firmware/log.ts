import { pino } from "pino";
import type { Log, LogFields } from "./hal/log.ts";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "silent";

export interface LogOptions {
  readonly level: LogLevel;
  /** Plain text for people; otherwise one JSON object a line. */
  readonly pretty?: boolean;
  /** Where lines go; stderr when absent. */
  readonly out?: { write(line: string): void };
}

/** What a stalled reader may hold up before lines are dropped. */
const MOST_BYTES_WAITING = 4 * 1024 * 1024;
const DEEPEST_FIELD = 5;
const SECRET_NAME = /pass(word|wd|phrase)?$|secret|token|authorization|credential/i;
const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/[^/\s:@]*):[^/\s@]*@/gi;

/**
 * Lines are written in the background, so that a slow reader never holds up a lamp, and what is left at exit is written
 * out before the process ends. Fields named like secrets, and passwords within URLs, are struck out.
 */
export function createLog(options: LogOptions): Log {
  const out = options.out ?? stderr();
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redacted(fields, 0) as Record<string, unknown>,
      },
    },
    options.pretty ? { write: (line: string) => out.write(asText(line)) } : out,
  );
  return {
    ...(options.level === "trace" && { trace: (fields, message) => logger.trace(fields, message) }),
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

function stderr(): { write(line: string): void } {
  const destination = pino.destination({ dest: 2, sync: false, maxLength: MOST_BYTES_WAITING });
  // A full disk or a closed pipe must not end the daemon; there is nowhere left to say so.
  destination.on("error", () => {});
  return destination;
}

function redacted(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value.replace(USER_INFO, "$1:[secret]@");
  if (typeof value !== "object" || value === null || hasOwnText(value)) return value;
  if (depth >= DEEPEST_FIELD) return "[…]";
  if (value instanceof Error) return errorFields(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    fields[name] = SECRET_NAME.test(name) && field !== undefined ? "[secret]" : redacted(field, depth + 1);
  }
  return fields;
}

/** Dates, URLs and secrets know how they are written. */
function hasOwnText(value: object): boolean {
  return "toJSON" in value && typeof value.toJSON === "function";
}

/** Only what is named here: libraries hang whole option objects on their errors. */
function errorFields(error: Error): LogFields {
  const causes: string[] = [];
  for (let at: unknown = error; at instanceof Error && causes.length < DEEPEST_FIELD; at = at.cause) {
    causes.push(at.message);
  }
  const code = "code" in error ? error.code : undefined;
  return {
    type: error.name,
    message: redacted(causes.join(": "), 0),
    ...(code === undefined ? {} : { code: redacted(code, 0) }),
    stack: redacted(error.stack ?? "", 0),
  };
}

/** `09:30:12.345 warn  broker away url=mqtt://… err="connection refused"` */
function asText(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const words = [String(time).slice(11, 23), String(level).padEnd(5), String(msg)];
  for (const [name, value] of Object.entries(fields)) words.push(`${name}=${fieldText(value)}`);
  return `${words.join(" ")}\n`;
}

function fieldText(value: unknown): string {
  if (typeof value === "object" && value !== null && "message" in value) return JSON.stringify(value.message);
  if (typeof value === "string" && /^[^\s="]+$/.test(value)) return value;
  return JSON.stringify(value);
}
