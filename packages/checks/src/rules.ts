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

/** A host name or an address, without a port. */
export const HOST: Rule = {
  allowed: "a host name or an address, without a port",
  allows: (value) => typeof value === "string" && (/^[\w.-]{1,253}$/.test(value) || /^[\da-f:.]{2,45}$/i.test(value)),
};

/** A port. */
export const PORT: Rule = {
  allowed: "a whole number from 1 to 65535",
  allows: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535,
};

/** A number of things. */
export const COUNT: Rule = {
  allowed: "a whole number from 0 on",
  allows: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};

/** An address that `fetch` can be given; it holds no credentials, which would end up in logs. */
export const HTTP_URL: Rule = {
  allowed: "an http: or https: URL without user and password",
  allows: isHttpUrl,
  secret: true,
};

/** The name of a language model. */
export const MODEL: Rule = {
  allowed: "the name of a model, at most 256 characters",
  allows: (value) => typeof value === "string" && value.trim() !== "" && value.length <= 256,
};

/** A Redis to connect to: its URL, or the path of its Unix socket. */
export const REDIS_URL: Rule = {
  allowed: "redis://…, rediss://… or an absolute path",
  allows: isRedisUrl,
  secret: true,
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

function isHttpUrl(value: unknown): boolean {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}

function isRedisUrl(value: unknown): boolean {
  if (typeof value !== "string") return false;
  return /^\/[^/]/.test(value) || (/^rediss?:\/\/[^/]/.test(value) && URL.canParse(value));
}
