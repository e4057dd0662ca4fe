import type { CheckSpec } from "../check.js";
import { type CheckEvaluation, NO_EVIDENCE } from "../evaluate.js";
import type { Snapshot } from "../snapshot.js";

/**
 * The synthetic check of the store itself, so that "the store is out of reach" can be told from "a dependency is
 * down". It never contributes more than `warn`: losing the store is not losing the service (health.md §5).
 */
export function storeCheck({ storeReachable }: Pick<Snapshot, "storeReachable">): CheckEvaluation {
  return storeReachable
    ? { ...STORE, state: "up", storedState: "up", code: "ok", contribution: "pass" }
    : { ...STORE, state: "down", storedState: "down", code: "unreachable", contribution: "warn" };
}

// Every instance sees the store with its own eyes, hence host scope; nothing schedules it, hence no times.
const SPEC: CheckSpec = {
  name: "store",
  everyMs: 0,
  timeoutMs: 0,
  scope: "host",
  critical: false,
  failureThreshold: 1,
  successThreshold: 1,
  onStale: "warn",
  maxHoldMs: 0,
  onUnknown: "warn",
  componentType: "datastore",
};

const STORE: Omit<CheckEvaluation, "state" | "storedState" | "code" | "contribution"> = {
  name: SPEC.name,
  spec: SPEC,
  host: null,
  freshness: "fresh",
  counted: true,
  ...NO_EVIDENCE,
};
