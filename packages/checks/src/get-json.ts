import type { CheckResult, Code } from "@caretaker/health";
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

/** One GET on a connection of its own, which is closed with the answer. Redirects are not followed, so no header leaves. */
export async function getJson(url: string, { headers, signal }: JsonRequest): Promise<JsonAnswer> {
  const startedMs = performance.now();
  const response = await fetch(url, {
    headers: { accept: "application/json", connection: "close", ...headers },
    redirect: "manual",
    signal,
  });
  const measures = { latencyMs: { value: Math.round(performance.now() - startedMs), unit: "ms" } };
  if (!response.ok) {
    await response.body?.cancel();
    return { code: codeOfStatus(response.status), body: undefined, measures };
  }
  const body = parsed(await readBounded(response, MAX_BODY_BYTES));
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
