import { type Code, isCode } from "../codes.js";
import { type Measure, publishableMeasures } from "../outcome.js";

/** At most this many characters of `output` (health.md §9). */
export const MAX_OUTPUT_LENGTH = 256;

/** One sentence on a check, made of its name, its code and its numbers alone, so that no error text can leave (§10). */
export function describeCode(name: string, code: Code, measures: Readonly<Record<string, Measure>> = {}): string {
  const numbers = Object.entries(publishableMeasures(measures)).map(([measure, { value, unit }]) =>
    `${measure} ${value} ${unit}`.trimEnd(),
  );
  const sentence = `${name} ${SENTENCES[isCode(code) ? code : "internal"]}`;
  return [sentence, ...(numbers.length > 0 ? [numbers.join(", ")] : [])].join(": ").slice(0, MAX_OUTPUT_LENGTH);
}

const SENTENCES: Readonly<Record<Code, string>> = {
  ok: "is fine",
  threshold: "is past a threshold",
  timeout: "did not answer in time",
  refused: "refused the connection or the request",
  unreachable: "cannot be reached",
  dns: "has a name that does not resolve",
  tls: "failed the TLS handshake",
  bad_status: "answered with an unexpected status",
  bad_body: "answered with unexpected content",
  not_found: "was not found",
  permission: "lacks a permission",
  not_configured: "is not configured",
  unauthorized: "rejected the credentials",
  locked: "is locked",
  corrupt: "is corrupt",
  exit_code: "exited with an error",
  crashed: "crashed",
  aborted: "was stopped before it finished",
  stale: "has no recent result",
  no_data: "awaits its first result",
  starting: "is starting",
  draining: "is draining",
  guarded: "keeps serving so that not too many instances leave at once",
  internal: "failed for an internal reason",
};
