import type { CheckStatus, Status, StatusChange } from "./types.js";

/** The status after a change: checks that stay keep their places, new ones come last. */
export function applyChange(status: Status, { nowMs, set, checks, removedChecks }: StatusChange): Status {
  const changed = new Map(checks.map((check) => [keyOf(check), check]));
  const removed = new Set(removedChecks.map(keyOf));
  const kept = status.checks
    .filter((check) => !removed.has(keyOf(check)))
    .map((check) => changed.get(keyOf(check)) ?? check);
  const known = new Set(kept.map(keyOf));
  const added = checks.filter((check) => !known.has(keyOf(check)));
  return { ...status, ...(set as Partial<Status>), nowMs, checks: [...kept, ...added] };
}

function keyOf({ name, host }: Pick<CheckStatus, "name" | "host">): string {
  return `${name}@${host ?? ""}`;
}
