import { parseDuration, parseSize } from "@caretaker/units";

/** What one option of a check may be. */
export interface Rule {
  /** For a person: it ends the sentence "allowed: …". */
  readonly allowed: string;
  allows(value: unknown): boolean;
  readonly required?: true;
  /** The value may hold a secret, so problems do not show it. */
  readonly secret?: true;
}

/** `true` or `false`. */
export const FLAG: Rule = { allowed: "true, false", allows: (value) => typeof value === "boolean" };

/** A duration such as `200ms`. */
export const DURATION: Rule = { allowed: "a duration such as 200ms or 2s", allows: parses(parseDuration) };

/** A path, which need not exist when the check is declared. */
export const PATH: Rule = {
  allowed: "a path",
  allows: (value) => typeof value === "string" && value !== "" && !value.includes("\0"),
  required: true,
};

/** A function. */
export const FUNCTION: Rule = { allowed: "a function", allows: (value) => typeof value === "function" };

/** A size such as `5GiB`, or a percentage such as `10%`. */
export const SIZE_OR_PERCENT: Rule = {
  allowed: "a size such as 5GiB or a percentage from 0% to 100%",
  allows: (value) => parses(parseSize)(value) || PERCENT.allows(value),
};

/** A percentage such as `10%`. */
export const PERCENT: Rule = {
  allowed: "a percentage from 0% to 100%",
  allows: (value) => typeof value === "string" && /^(?:100|\d{1,2}(?:\.\d{1,2})?)%$/.test(value),
};

function parses(parse: (value: unknown) => unknown): (value: unknown) => boolean {
  return (value) => {
    try {
      parse(value);
      return true;
    } catch {
      // The rule's own sentence says what is allowed.
      return false;
    }
  };
}
