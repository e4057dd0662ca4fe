import { InvalidUnitError, parseDuration, parseSize } from "@caretaker/units";
import { type Complain, show } from "./option-problems.js";

/** Ms of a duration; complains of anything else. */
export function readDuration(option: string, value: unknown, complain: Complain): number {
  // A stand-in that fails no later rule, so that one mistake is reported once.
  return readUnit(option, () => parseDuration(value), complain) ?? 1_000;
}

/** Bytes of a size; `null` when it is not given, or after a complaint. */
export function readSize(option: string, value: unknown, complain: Complain): number | null {
  return value === undefined ? null : readUnit(option, () => parseSize(value), complain);
}

function readUnit(option: string, parse: () => number, complain: Complain): number | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidUnitError)) throw error;
    complain(`${option}: ${error.message}`);
    return null;
  }
}

/** A whole number of at least 1; `null` when it is not given, or after a complaint. */
export function readCount(option: string, value: unknown, complain: Complain): number | null {
  if (value === undefined) return null;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  complain(`${option} is ${show(value)}; a whole number of at least 1 is allowed`);
  return null;
}

/** A share above 0 and up to 1; complains of anything else. */
export function readRatio(option: string, value: unknown, complain: Complain): number {
  if (typeof value === "number" && value > 0 && value <= 1) return value;
  complain(`${option} is ${show(value)}; a number above 0 and up to 1 is allowed, 0.5 for half`);
  return 1;
}
