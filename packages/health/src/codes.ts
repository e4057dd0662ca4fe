/** Every reason Caretaker can give in public; nothing else leaves the service (health.md §10). */
export const CODES = [
  "ok",
  "threshold",
  "timeout",
  "refused",
  "unreachable",
  "dns",
  "tls",
  "bad_status",
  "bad_body",
  "not_found",
  "permission",
  "not_configured",
  "unauthorized",
  "locked",
  "corrupt",
  "exit_code",
  "crashed",
  "aborted",
  "stale",
  "no_data",
  "starting",
  "draining",
  "guarded",
  "internal",
] as const;

/** One of {@link CODES}. */
export type Code = (typeof CODES)[number];

const KNOWN: ReadonlySet<string> = new Set(CODES);

// Retrying cannot heal these, so waiting for a second failure would only delay the truth.
const DETERMINISTIC: ReadonlySet<Code> = new Set<Code>(["not_found", "not_configured", "permission"]);

/** Whether a value read from outside is one of {@link CODES}. */
export function isCode(value: unknown): value is Code {
  return typeof value === "string" && KNOWN.has(value);
}

/** Whether a failure with this code applies at once, without waiting for the failure threshold. */
export function isDeterministic(code: Code): boolean {
  return DETERMINISTIC.has(code);
}

// A map, since an object would find `constructor` too.
const BY_ERROR_CODE: ReadonlyMap<unknown, Code> = new Map<string, Code>(
  Object.entries({
    ECONNREFUSED: "refused",
    ECONNRESET: "unreachable",
    EPIPE: "unreachable",
    EHOSTUNREACH: "unreachable",
    ENETUNREACH: "unreachable",
    EHOSTDOWN: "unreachable",
    ETIMEDOUT: "timeout",
    UND_ERR_CONNECT_TIMEOUT: "timeout",
    UND_ERR_HEADERS_TIMEOUT: "timeout",
    UND_ERR_BODY_TIMEOUT: "timeout",
    UND_ERR_SOCKET: "unreachable",
    ENOTFOUND: "dns",
    EAI_AGAIN: "dns",
    EAI_FAIL: "dns",
    ENOENT: "not_found",
    ENOTDIR: "not_found",
    EACCES: "permission",
    EPERM: "permission",
    EROFS: "permission",
    DEPTH_ZERO_SELF_SIGNED_CERT: "tls",
    SELF_SIGNED_CERT_IN_CHAIN: "tls",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls",
    UNABLE_TO_GET_ISSUER_CERT: "tls",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls",
    CERT_HAS_EXPIRED: "tls",
    CERT_NOT_YET_VALID: "tls",
    ERR_TLS_CERT_ALTNAME_INVALID: "tls",
    SQLITE_BUSY: "locked",
    SQLITE_LOCKED: "locked",
    SQLITE_CORRUPT: "corrupt",
    SQLITE_NOTADB: "corrupt",
    SQLITE_CANTOPEN: "not_found",
    SQLITE_READONLY: "permission",
  } satisfies Record<string, Code>),
);

/**
 * The public code for whatever a driver threw: looks at `code` on the error and down its `cause` chain, and for an
 * `AggregateError` at the first of its errors. Unknown errors are `crashed`; the error's own text is never used,
 * because drivers echo secrets in it.
 */
export function codeOfError(error: unknown): Code {
  try {
    return readCode(error);
  } catch {
    // A property that throws when read is one more way to be unknown.
    return "crashed";
  }
}

function readCode(error: unknown): Code {
  let current = error;
  for (let depth = 0; depth < 5 && typeof current === "object" && current !== null; depth += 1) {
    const { code, name, cause, errors } = current as Readonly<Record<string, unknown>>;
    const known = BY_ERROR_CODE.get(code);
    if (known !== undefined) return known;
    if (name === "AbortError") return "aborted";
    if (name === "TimeoutError") return "timeout";
    current = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return "crashed";
}
