import { ApiFailedError } from "../errors.js";
import { readStatusBody } from "./read-status-body.js";
import type { StatusReport } from "./status-report.js";
import { toStatusReport } from "./to-status-report.js";

/** Which API is asked, and how. */
export interface ApiQuestion {
  /** Its base address; `/status` is added. */
  readonly url: string;
  /** The bearer token; `null` for none. */
  readonly token: string | null;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 2_000;

/**
 * The status as an API instance tells it.
 *
 * @throws {@link ApiFailedError} where it cannot be reached within 2 s, refuses, or answers something else.
 */
export async function statusOfApi({ url, token, signal }: ApiQuestion): Promise<StatusReport> {
  const address = statusAddress(url);
  const response = await ask(address, token, signal);
  const { pathname, origin } = address;
  const source = `${origin}${pathname}`;
  if (!response.ok) throw new ApiFailedError(refusal(source, response.status, token));
  const content = readStatusBody(await response.json().catch(() => null));
  if (content === null) throw new ApiFailedError(`${source} answered something that is not a status of this version`);
  return toStatusReport({ source, ...content });
}

function statusAddress(url: string): URL {
  const base = url.endsWith("/") ? url : `${url}/`;
  return new URL("status", base);
}

async function ask(address: URL, token: string | null, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  try {
    // No redirects: the token is for this address alone.
    const limits = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    return await fetch(address, { headers, redirect: "error", signal: limits });
  } catch (error) {
    throw new ApiFailedError(`the API at ${address.origin} cannot be reached: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1_000} s`;
  // fetch says "fetch failed" and keeps what it knows in the cause.
  const { code, message } = (error.cause ?? error) as { code?: unknown; message?: unknown };
  return String(code ?? message ?? error.message);
}

function refusal(source: string, status: number, token: string | null): string {
  const isAboutToken = status === 401 || status === 403;
  const hint = token === null ? ": set STATUS_TOKEN to its token" : ": STATUS_TOKEN is not its token";
  return `${source} answered ${status}${isAboutToken ? hint : ""}`;
}
