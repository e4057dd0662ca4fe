import { createHash } from "node:crypto";
import type { CleanupPlan } from "../cleanup-plan.js";
import type { Policy } from "../policy.js";
import { atOnce, type Steps } from "../turns.js";

type Identified = Pick<CleanupPlan, "root" | "policy" | "candidates">;

/** SHA-256 in hex of a plan's root identity, policy and candidates: equal ids delete the same directories alike. */
export function planIdOf(plan: Identified): string {
  return atOnce(planIdSteps(plan));
}

/** The same in steps: a million candidates take seconds. */
export function* planIdSteps({ root, policy, candidates }: Identified): Steps<string> {
  const hash = createHash("sha256");
  // JSON lines of arrays: no two different inputs give the same text, and no key order can change it.
  hash.update(line(["caretaker-plan-2", root.path, root.dev, root.ino]));
  hash.update(line(["policy", ...fieldsOf(policy)]));
  let count = 0;
  for (const { rule, entry } of candidates) {
    hash.update(line([rule, entry.id, entry.identity.dev, entry.identity.ino, entry.identity.markerDigest]));
    if (++count % CANDIDATES_PER_STEP === 0) yield;
  }
  return hash.digest("hex");
}

const CANDIDATES_PER_STEP = 256;

function fieldsOf(policy: Policy): (number | null)[] {
  // Taken apart by name, so that a field that is added and forgotten here does not compile.
  const { last, withinMs, daily, weekly, monthly, maxBytes, minFree, minAgeMs, ...rest } = policy;
  void (rest satisfies Record<string, never>);
  const marks = [maxBytes, minFree?.warnBytes ?? null, minFree?.targetBytes ?? null];
  return [last, withinMs, daily, weekly, monthly, ...marks, minAgeMs];
}

function line(values: readonly (string | number | null)[]): string {
  return `${JSON.stringify(values)}\n`;
}
