import type { CheckEvaluation } from "./evaluate.js";

/** What may be told of a secret: nothing derived from its value (health.md §10). */
export type SecretState = "configured" | "missing";

/** Whether the secret a check looks at is there; `null` where it looks at something else, or its result does not say. */
export function secretStateOf({ spec, freshness, code }: SecretEvidence): SecretState | null {
  // A stale result is no evidence of what is there now; it has the code `stale` anyway.
  if (spec.componentType !== "secret" || freshness === "none" || freshness === "stale") return null;
  if (code === "ok") return "configured";
  return code === "not_configured" ? "missing" : null;
}

type SecretEvidence = Pick<CheckEvaluation, "freshness" | "code"> & {
  readonly spec: Pick<CheckEvaluation["spec"], "componentType">;
};
