import type { Code } from "@caretaker/health";

const BY_REPLY: Readonly<Record<string, Code>> = {
  NOAUTH: "unauthorized",
  WRONGPASS: "unauthorized",
  NOPERM: "permission",
  LOADING: "starting",
  MASTERDOWN: "unreachable",
  BUSY: "locked",
};

/** The code of what an ioredis client threw; `undefined` where `codeOfError` knows as much. */
export function redisErrorCode(error: unknown): Code | undefined {
  const { code, message } = error as { code?: unknown; message?: unknown };
  // A socket file that is not there is a server that is not running, and that can heal.
  if (code === "ENOENT") return "refused";
  if (code === "ERR_MODULE_NOT_FOUND") return "not_configured";
  if (typeof code === "string" && /^(?:ERR_SSL_|ERR_TLS_|CERT_|EPROTO)/.test(code)) return "tls";
  if (typeof message !== "string") return undefined;
  // Redis 5 and older, asked for a password that is wrong or not set.
  if (message.startsWith("ERR invalid password")) return "unauthorized";
  if (message.startsWith("ERR max number of clients")) return "refused";
  return (
    BY_REPLY[/^[A-Z]+/.exec(message)?.[0] ?? ""] ?? (/^Connection is closed/.test(message) ? "unreachable" : undefined)
  );
}
