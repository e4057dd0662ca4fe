import { type CheckDefinition, type CheckResult, type Code, fail, pass } from "@caretaker/health";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { httpErrorCode } from "./http-error-code.js";
import { readBounded } from "./read-bounded.js";
import { FUNCTION, HTTP_URL, type Rule } from "./rules.js";

/** What {@link http} sends and expects. */
export interface HttpOptions extends CommonOptions {
  /** Default `GET`. */
  readonly method?: "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  /** Default any 2xx. A redirect is an answer like any other: it is not followed. */
  readonly expectStatus?: number | readonly number[];
  /** Whether the parsed JSON body is right. Without it the body is not read. */
  readonly json?: (body: unknown) => boolean;
  /** Default 65536: a longer body is `bad_body`. */
  readonly maxBodyBytes?: number;
}

const RULES: Readonly<Record<string, Rule>> = {
  url: { ...HTTP_URL, required: true },
  method: {
    allowed: "GET, HEAD, OPTIONS, POST, PUT",
    allows: (value) => /^(GET|HEAD|OPTIONS|POST|PUT)$/.test(`${value}`),
  },
  headers: { allowed: "header names and texts", allows: isHeaders, secret: true },
  expectStatus: { allowed: "a status from 200 to 599, or a list of them", allows: isStatusList },
  json: FUNCTION,
  maxBodyBytes: {
    allowed: "a whole number from 1 to 16777216",
    allows: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 2 ** 24,
  },
};

/**
 * An HTTP or HTTPS address answers as expected: `bad_status`, `unauthorized` (401, 403), `bad_body`, or the code of
 * what kept it from answering. Measures `latencyMs` (until the headers) and `statusCode`. Named `http`, fleet scope.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function http(url: string, options: HttpOptions = {}): CheckDefinition {
  return declareCheck({
    defaults: { name: "http" },
    given: { url, ...options },
    rules: RULES,
    run: ({ signal }) => probe(url, options, signal),
    codeOf: httpErrorCode,
  });
}

async function probe(url: string, options: HttpOptions, signal: AbortSignal): Promise<CheckResult> {
  const startedMs = performance.now();
  const response = await fetch(url, {
    method: options.method ?? "GET",
    headers: { ...options.headers },
    redirect: "manual",
    signal,
  });
  const measures = {
    latencyMs: { value: Math.round(performance.now() - startedMs), unit: "ms" },
    statusCode: { value: response.status, unit: "" },
  };
  const code = isExpected(response, options.expectStatus) ? await judgeBody(response, options) : statusCode(response);
  // An unread body would keep its connection, and the server's, busy.
  if (!response.bodyUsed) await response.body?.cancel();
  return code === "ok" ? pass(measures) : fail(code, { measures });
}

function isExpected({ ok, status }: Response, expected: HttpOptions["expectStatus"]): boolean {
  if (expected === undefined) return ok;
  return typeof expected === "number" ? status === expected : expected.includes(status);
}

function statusCode({ status }: Response): Code {
  return status === 401 || status === 403 ? "unauthorized" : "bad_status";
}

async function judgeBody(response: Response, { json, maxBodyBytes = 65_536 }: HttpOptions): Promise<Code> {
  if (json === undefined) return "ok";
  const text = await readBounded(response, maxBodyBytes);
  return text !== null && isRight(text, json) ? "ok" : "bad_body";
}

function isRight(text: string, rule: (body: unknown) => boolean): boolean {
  try {
    return rule(JSON.parse(text)) === true;
  } catch {
    // Not JSON, or of a shape the rule stumbles over: the body is wrong either way, and its text is nobody's business.
    return false;
  }
}

function isHeaders(value: unknown): boolean {
  try {
    new Headers(value as Record<string, string>);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

function isStatusList(value: unknown): boolean {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return (
    list.length > 0 && list.every((status) => Number.isInteger(status) && Number(status) >= 200 && Number(status) < 600)
  );
}
