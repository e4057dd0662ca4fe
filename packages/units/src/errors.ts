/** A duration or size that is not a whole positive number with a known unit; the message names the value and the allowed units. */
export class InvalidUnitError extends Error {
  readonly code = "ERR_INVALID_UNIT";

  constructor(kind: "duration" | "size", value: unknown, allowed: string) {
    super(`${JSON.stringify(value) ?? String(value)} is not a ${kind}: write a whole number and one of ${allowed}`);
    this.name = "InvalidUnitError";
  }
}
