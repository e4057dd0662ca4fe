/** Hears of one option that is wrong: which, its value and what is allowed. */
export type Complain = (problem: string) => void;

/** Whether these are options at all: an object, and no array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as a complaint names it; JSON would show NaN and Infinity as null, and a function or BigInt not at all. */
export function show(value: unknown): string {
  if (typeof value === "string" || (typeof value === "object" && value !== null)) return JSON.stringify(value);
  return typeof value === "function" ? "a function" : String(value);
}

/** Complains of every key that nobody reads: in a deleter, a rule that silently does not hold is a disaster. */
export function refuseUnknown(
  value: object,
  { allowed, prefix = "" }: { readonly allowed: readonly string[]; readonly prefix?: string },
  complain: Complain,
): void {
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) complain(`unknown option "${prefix}${key}"; allowed: ${allowed.join(", ")}`);
  }
}
