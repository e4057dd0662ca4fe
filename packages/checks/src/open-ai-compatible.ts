import { type CheckDefinition, type CheckResult, fail } from "@caretaker/health";
import { abortable } from "./abortable.js";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { getJson } from "./get-json.js";
import { httpErrorCode } from "./http-error-code.js";
import { judgeModels } from "./judge-models.js";
import { FUNCTION, HTTP_URL, MODEL } from "./rules.js";

// Somebody will pass the key itself.
const KEY = { ...FUNCTION, secret: true } as const;

/** What the server must have, and the key it asks for. */
export interface OpenAiCompatibleOptions extends CommonOptions {
  /** The id of a model that must be listed. */
  readonly model?: string;
  /** Gets the key at every run, so that a rotated one is used at once. It goes into the request and nowhere else. */
  readonly key?: () => string | undefined | Promise<string | undefined>;
}

/**
 * A server with OpenAI's interface (LM Studio, vLLM, llama.cpp) answers `<url>/models` and lists a model: `not_found`
 * when it does not, `unauthorized` when it rejects the key, `not_configured` when the getter gives none that fits a
 * header, else `refused`, `unreachable`, `dns`, `tls`, `bad_status` or `bad_body`. `url` ends in `/v1`, as clients take
 * it. Measures `latencyMs`, `models`. Named `open-ai-compatible`, fleet scope.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function openAiCompatible(url: string, options: OpenAiCompatibleOptions = {}): CheckDefinition {
  return declareCheck({
    defaults: { name: "open-ai-compatible" },
    given: { url, ...options },
    rules: { url: { ...HTTP_URL, required: true }, model: MODEL, key: KEY },
    run: ({ signal }) => look(url, options, signal),
    codeOf: httpErrorCode,
  });
}

async function look(url: string, { model, key }: OpenAiCompatibleOptions, signal: AbortSignal): Promise<CheckResult> {
  const headers = key === undefined ? {} : await authorization(key, signal);
  if (headers === null) return fail("not_configured");
  const answer = await getJson(`${url.replace(/\/+$/, "")}/models`, { headers, signal });
  const isWanted = model === undefined ? null : (id: string) => id === model;
  return judgeModels(answer, { list: "data", id: "id", isWanted });
}

async function authorization(
  key: NonNullable<OpenAiCompatibleOptions["key"]>,
  signal: AbortSignal,
): Promise<Record<string, string> | null> {
  const value: unknown = await abortable(Promise.resolve().then(key), signal);
  // `fetch` would echo a text that is no header in its error.
  return typeof value === "string" && /^[\x21-\x7e]+$/.test(value.trim())
    ? { authorization: `Bearer ${value.trim()}` }
    : null;
}
