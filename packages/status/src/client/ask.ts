import type { Problem } from "../types.js";
import { StatusApiError } from "./errors.js";

/** Where the API is, and how it is asked. */
export interface StatusClientOptions {
  /** Its base address, of which `/status` is below. */
  readonly url: string | URL;
  /** The bearer token: `STATUS_TOKEN` of the API. Default none. */
  readonly token?: string;
  /** Default 5,000 ms for an answer; of a stream, for its beginning. */
  readonly timeoutMs?: number;
  /** Default the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

/** One question. */
export interface Question {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly accept: string;
  readonly signal: AbortSignal;
}

/**
 * The answer's response, once it is known to be one.
 *
 * @throws {@link StatusApiError} where the API refuses, and what `fetch` throws.
 */
export async function ask(
  options: StatusClientOptions,
  { path, query = {}, accept, signal }: Question,
): Promise<Response> {
  const { url, token, fetch = globalThis.fetch } = options;
  const base = String(url);
  const address = new URL(path, base.endsWith("/") ? base : `${base}/`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
  const headers: Record<string, string> = {
    accept,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  // No redirects: the token is for this address alone.
  const response = await fetch(address, { headers, redirect: "error", signal });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => null)) as Problem | null;
  const why = problem === null ? "" : `: ${problem.detail} (${problem.code})`;
  throw new StatusApiError(`${address.origin}${address.pathname} answered ${response.status}${why}`, {
    status: response.status,
    problem,
  });
}

/** The version of the answers this client knows. */
const VERSION = 1;

/**
 * The answer as data.
 *
 * @throws {@link StatusApiError} where its version is another.
 */
export function ofThisVersion<T extends { readonly version: number }>(body: unknown): T {
  const version = typeof body === "object" && body !== null ? (body as { version?: unknown }).version : undefined;
  if (version === VERSION) return body as T;
  throw new StatusApiError(`the answer is of version ${String(version)}; this client knows ${VERSION}`, {
    status: 200,
  });
}
