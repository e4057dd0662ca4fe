import { createHash } from "node:crypto";
import type { CleanupPlan } from "./cleanup-plan.js";

/** SHA-256 in hex of a plan's root identity, policy and candidates: equal ids delete the same directories. */
export function planIdOf({ root, policy, candidates }: Pick<CleanupPlan, "root" | "policy" | "candidates">): string {
  const hash = createHash("sha256");
  // JSON lines of arrays: no two different inputs give the same text, and no key order can change it.
  hash.update(line(["caretaker-plan-1", root.path, root.dev, root.ino]));
  hash.update(line(["policy", policy.last, policy.withinMs, policy.minAgeMs]));
  for (const { entry } of candidates) {
    hash.update(line([entry.id, entry.identity.dev, entry.identity.ino, entry.identity.markerDigest]));
  }
  return hash.digest("hex");
}

function line(values: readonly (string | number | null)[]): string {
  return `${JSON.stringify(values)}\n`;
}
