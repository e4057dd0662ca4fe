import { connect, type TLSSocket } from "node:tls";
import type { CheckDefinition } from "@caretaker/health";
import { type Duration, parseDuration } from "@caretaker/units";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { httpErrorCode } from "./http-error-code.js";
import { judgeCertificate, type SeenCertificate } from "./judge-certificate.js";
import { opened } from "./opened.js";
import { orderedMarks } from "./ordered-marks.js";
import { DURATION, HOST, PORT, type Rule } from "./rules.js";

/** Whose certificate, and how long it must be good for. */
export interface TlsOptions extends CommonOptions {
  /** Default 443. */
  readonly port?: number;
  /** The name the certificate must be for, and which the server is asked for. Default the host. */
  readonly servername?: string;
  /** PEM certificates of the authorities to trust instead of those Node brings along. */
  readonly ca?: string | readonly string[];
  /** Default `21d`: a certificate that ends sooner is a `warn`. */
  readonly warnBefore?: Duration;
  /** Default `3d`: a certificate that ends sooner is a `fail`. */
  readonly failBefore?: Duration;
}

const RULES: Readonly<Record<string, Rule>> = {
  host: { ...HOST, required: true },
  port: PORT,
  servername: HOST,
  ca: { allowed: "a PEM certificate, or a list of them", allows: isPem, secret: true },
  warnBefore: DURATION,
  failBefore: DURATION,
};

/**
 * A server's certificate is trusted, is for this host and does not end soon: `tls` when it is expired, for another name
 * or vouched for by nobody, `threshold` when it ends before the marks. Measures `daysLeft` (whole days, negative once
 * expired) and `latencyMs` (until the handshake is done). Named `tls`, fleet scope.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function tls(host: string, options: TlsOptions = {}): CheckDefinition {
  const { warnBefore = "21d", failBefore = "3d" } = options;
  return declareCheck({
    defaults: { name: "tls" },
    given: { host, ...options },
    rules: RULES,
    problems: orderedMarks({ failBefore }, { warnBefore }, parseDuration),
    run: async ({ signal }) => {
      const marks = { warnBeforeMs: parseDuration(warnBefore), failBeforeMs: parseDuration(failBefore) };
      return judgeCertificate(await look(host, options, signal), marks, Date.now());
    },
    codeOf: httpErrorCode,
  });
}

async function look(
  host: string,
  { port = 443, servername, ca }: TlsOptions,
  signal: AbortSignal,
): Promise<SeenCertificate> {
  signal.throwIfAborted();
  const socket = connect({
    host,
    port,
    // What is wrong is judged afterwards: a refused handshake would keep the certificate's end to itself. Nothing is
    // ever sent over this connection.
    rejectUnauthorized: false,
    ...(servername === undefined ? {} : { servername }),
    ...(ca === undefined ? {} : { ca: [ca].flat() }),
  });
  try {
    const latencyMs = await opened(socket, "secureConnect", signal);
    return { latencyMs, endsAtMs: endOf(socket), problem: socket.authorized ? null : `${socket.authorizationError}` };
  } finally {
    socket.destroy();
  }
}

function endOf(socket: TLSSocket): number {
  return Date.parse(socket.getPeerX509Certificate()?.validTo ?? "");
}

function isPem(value: unknown): boolean {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((pem) => typeof pem === "string" && pem.includes("-----BEGIN CERTIFICATE-----"));
}
