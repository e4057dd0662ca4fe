import { escapeControl } from "./escape-control.js";

/** One line of the log before it is written: the fixed fields, then whatever ids it was given. */
export interface LogRecord {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
  readonly service: string;
  readonly instance: string;
  readonly [field: string]: unknown;
}

/** A record as one line of JSON. */
export function jsonLine(record: LogRecord): string {
  return escapeControl(JSON.stringify(record));
}

/** A record for a person at a terminal; an error's stack follows on indented lines. */
export function prettyLine({ time, level, msg, service: _service, instance: _instance, ...fields }: LogRecord): string {
  const shown = Object.entries(fields).map(([key, value]) => ` ${escapeControl(key)}=${valueText(value)}`);
  const line = `${time.slice(11, 23)} ${level.padEnd(5)} ${escapeControl(msg)}${shown.join("")}`;
  return [line, ...Object.values(fields).flatMap(stackLines)].join("\n");
}

function valueText(value: unknown): string {
  const plain = isError(value) ? (value.message ?? value.name) : value;
  const text = typeof plain === "string" ? plain : (JSON.stringify(plain) ?? "undefined");
  return escapeControl(/^[^\s"=]+$/.test(text) || typeof plain !== "string" ? text : JSON.stringify(text));
}

function stackLines(value: unknown): string[] {
  const stack = isError(value) ? value.stack : undefined;
  return typeof stack === "string" ? stack.split("\n").map((line) => `    ${escapeControl(line.trim())}`) : [];
}

function isError(value: unknown): value is { name?: unknown; message?: unknown; stack?: unknown } {
  return typeof value === "object" && value !== null && "stack" in value;
}
