import type { Writable } from "node:stream";
import { createLogger as createWinston, format, transports, type Logger as Winston } from "winston";
import { type Clock, systemClock } from "./clock.js";
import { jsonLine, type LogRecord, prettyLine } from "./log-line.js";
import { redact } from "./redact.js";
import { secretPatterns } from "./redact-text.js";

/** How severe a line is, the worst first. */
export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a line is about, besides its message: ids, numbers, an `error`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes log lines (operations.md §6). No secret passes, whatever it is given, and no call throws. */
export interface Logger {
  error(msg: string, fields?: LogFields): void;
  warn(msg: string, fields?: LogFields): void;
  info(msg: string, fields?: LogFields): void;
  debug(msg: string, fields?: LogFields): void;
  /** A logger whose every line has these fields too. */
  child(fields: LogFields): Logger;
  /** Resolves when everything logged so far has been handed to the system, or can no longer be. */
  flush(): Promise<void>;
}

/** What {@link createLogger} needs; `secrets` are exact texts that must never appear. */
export interface LoggerOptions {
  readonly service: string;
  readonly instance: string;
  readonly level?: LogLevel;
  readonly format?: "json" | "pretty";
  readonly secrets?: readonly string[];
  /** Default standard output. */
  readonly stream?: Writable;
  readonly clock?: Clock;
}

/** A winston logger that writes one line per call to a stream; redaction is one of its formats. */
export function createLogger(options: LoggerOptions): Logger {
  const stream = options.stream ?? process.stdout;
  ignoreBrokenPipe(stream);
  const winston = createWinston({
    level: options.level ?? "info",
    levels: Object.fromEntries(LOG_LEVELS.map((level, index) => [level, index])),
    format: lineFormat(options),
    transports: [new transports.Stream({ stream, eol: "\n" })],
  });
  return facade(winston, stream, {});
}

function lineFormat({ service, instance, secrets = [], format: look = "json", clock = systemClock }: LoggerOptions) {
  const patterns = secretPatterns(secrets);
  const redaction = format((info) => Object.assign(info, { fields: redact(info["fields"], patterns) }));
  const message = format((info) => Object.assign(info, { message: redact(info.message, patterns) }));
  const line = format.printf(({ level, message: msg, fields }) => {
    const time = new Date(clock.wallMs()).toISOString();
    const fixed = { time, level, msg: String(msg), service, instance };
    // Spread twice: the fixed fields stand first, and no given field of the same name replaces them.
    const record: LogRecord = { ...fixed, ...(fields as LogFields), ...fixed };
    return look === "json" ? jsonLine(record) : prettyLine(record);
  });
  return format.combine(redaction(), message(), line);
}

function facade(winston: Winston, stream: Writable, given: LogFields): Logger {
  const write = (level: LogLevel) => (msg: string, fields?: LogFields) => {
    // Fields travel under one name: winston gives `message`, `level` and `splat` of a bare object meanings of its own.
    winston.log({ level, message: msg, fields: { ...given, ...fields } });
  };
  return {
    error: write("error"),
    warn: write("warn"),
    info: write("info"),
    debug: write("debug"),
    child: (fields) => facade(winston, stream, { ...given, ...fields }),
    flush: () => new Promise((resolve) => stream.write("", () => resolve())),
  };
}

const guarded = new WeakSet<Writable>();

/** A reader that went away (`… | head`) must not become an uncaught exception that is logged into the same pipe. */
function ignoreBrokenPipe(stream: Writable): void {
  if (guarded.has(stream)) return;
  guarded.add(stream);
  stream.on("error", () => {});
}
