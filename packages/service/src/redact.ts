import { redactText } from "./redact-text.js";

const SECRET_KEY =
  /pass(?:word|wd|phrase|code)?$|token|secret|authori[sz]ation|cookie|credential|(?:api|private|access|session|encryption)[-_. ]?key/i;
const MAX_DEPTH = 8;
// Together with the depth this keeps a socket or a request, logged by mistake, from becoming a line of megabytes.
const MAX_VALUES = 500;
const HIDDEN = "[redacted]";

/**
 * A plain copy of any value that is safe to log: known secrets and the values of secret-looking keys are replaced,
 * errors become their name, message, code, stack and cause, and cycles, depth and length are bounded. Never throws.
 */
export function redact(value: unknown, secrets: readonly RegExp[]): unknown {
  return attempt(() => copy(value, { secrets, above: [], budget: { left: MAX_VALUES } }));
}

interface Context {
  readonly secrets: readonly RegExp[];
  /** The objects this value stands in: meeting one of them again is a cycle. */
  readonly above: readonly object[];
  /** How many more values are copied, over the whole of it. */
  readonly budget: { left: number };
}

function copy(value: unknown, context: Context): unknown {
  context.budget.left -= 1;
  switch (typeof value) {
    case "string":
      return redactText(value, context.secrets);
    case "bigint":
    case "symbol":
      return redactText(String(value), context.secrets);
    case "function":
      return "[function]";
    case "object":
      return value === null ? null : copyObject(value, context);
    default:
      return value;
  }
}

function copyObject(value: object, outer: Context): unknown {
  if (outer.above.includes(value)) return "[circular]";
  if (outer.above.length >= MAX_DEPTH || outer.budget.left < 0) return "[cut]";
  const context = { ...outer, above: [...outer.above, value] };
  if (value instanceof Error) return copyError(value, context);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return copyList([...value], context);
  if (Array.isArray(value)) return copyList(value, context);
  const json = attempt(() => (value as { toJSON?: () => unknown }).toJSON?.());
  return json === undefined ? copyEntries(Object.keys(value), value, context) : copy(json, context);
}

function copyError(error: Error, context: Context): unknown {
  const shown = ["name", "message", "code", "stack", "cause", "errors"].filter((key) => key in error);
  return copyEntries([...new Set([...shown, ...Object.keys(error)])], error, context);
}

function copyList(items: readonly unknown[], context: Context): unknown[] {
  return items.slice(0, Math.max(0, context.budget.left)).map((item) => copy(item, context));
}

function copyEntries(keys: readonly string[], from: object, context: Context): Record<string, unknown> {
  const entries = keys.slice(0, Math.max(0, context.budget.left)).map((key) => {
    const value: unknown = attempt(() => (from as Record<string, unknown>)[key]);
    return [redactText(key, context.secrets), isHidden(key, value) ? HIDDEN : copy(value, context)];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function isHidden(key: string, value: unknown): boolean {
  // Whether something is set may be said: true, false and null tell nothing of the value.
  return SECRET_KEY.test(key) && value !== null && value !== undefined && typeof value !== "boolean";
}

/** A getter, a `toJSON` or a proxy of somebody else may throw, and that must not cost the log line. */
function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return "[unreadable]";
  }
}
