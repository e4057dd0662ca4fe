import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { CheckResult, Code } from "@caretaker/health";
import { abortable } from "./abortable.js";
import { readBounded } from "./read-bounded.js";

/** What a JSON interface answered; `body` is `undefined` unless `code` is `ok`. */
export interface JsonAnswer {
  readonly code: Code;
  readonly body: unknown;
  readonly measures: NonNullable<CheckResult["measures"]>;
}

interface JsonRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

// A list of a few hundred models; whoever sends more is not asked for it.
const MAX_BODY_BYTES = 1_048_576;

/**
 * One GET on a connection of its own, closed with the answer. Redirects are not followed, so no header leaves.
 *
 * Not by `fetch`, which, when aborted, opens a second connection and leaves it idle for four seconds.
 */
export async function getJson(url: string, { headers, signal }: JsonRequest): Promise<JsonAnswer> {
  signal.throwIfAborted();
  const sent = (url.startsWith("https:") ? httpsRequest : httpRequest)(url, {
    agent: false,
    headers: { accept: "application/json", ...headers },
  });
  try {
    return await abortable(answerTo(sent), signal);
  } finally {
    sent.destroy();
  }
}

async function answerTo(sent: ClientRequest): Promise<JsonAnswer> {
  const startedMs = performance.now();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // For good, because a request that is destroyed may have one more error to tell.
    sent.on("response", resolve).on("error", reject).end();
  });
  const measures = { latencyMs: { value: Math.round(performance.now() - startedMs), unit: "ms" } };
  const { statusCode = 0 } = response;
  if (statusCode < 200 || statusCode > 299) return { code: codeOfStatus(statusCode), body: undefined, measures };
  const body = parsed(await readBounded({ body: response }, MAX_BODY_BYTES));
  return { code: body === undefined ? "bad_body" : "ok", body, measures };
}

function codeOfStatus(status: number): Code {
  return status === 401 || status === 403 ? "unauthorized" : "bad_status";
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    // Not JSON: its text is nobody's business.
    return undefined;
  }
}
