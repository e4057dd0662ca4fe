import type { Code } from "@caretaker/health";

const PREFIXES: readonly (readonly [string, Code])[] = [
  ["ERR_SSL_", "tls"],
  ["ERR_TLS_", "tls"],
  ["CERT_", "tls"],
  ["EPROTO", "tls"],
  ["HPE_", "bad_body"],
];

/** The code of what `fetch` threw, for the families of TLS and HTTP parser errors; `undefined` for any other. */
export function httpErrorCode(error: unknown): Code | undefined {
  const { code, cause } = (typeof error === "object" && error !== null ? error : {}) as {
    code?: unknown;
    cause?: unknown;
  };
  const known = PREFIXES.find(([prefix]) => typeof code === "string" && code.startsWith(prefix));
  return known?.[1] ?? (cause === undefined ? undefined : httpErrorCode(cause));
}
