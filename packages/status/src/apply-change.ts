import type { CheckStatus, Status, StatusChange, TargetStatus } from "./types.js";

/** The status after a change: entries that stay keep their places, new ones come last. */
export function applyChange(status: Status, change: StatusChange): Status {
  const removedTargets = change.removedTargets.map((target) => ({ target }));
  return {
    ...status,
    ...(change.set as Partial<Status>),
    nowMs: change.nowMs,
    checks: merged(without(status.checks, change.removedChecks, checkKey), change.checks, checkKey),
    // What a changed target leaves out stays as it was; a new one leaves nothing out.
    retention: merged(
      without(status.retention, removedTargets, targetKey),
      change.targets as readonly TargetStatus[],
      targetKey,
    ),
  };
}

function without<Key, Entry extends Key>(
  entries: readonly Entry[],
  removed: readonly Key[],
  keyOf: (entry: Key) => string,
): readonly Entry[] {
  const gone = new Set(removed.map(keyOf));
  return entries.filter((entry) => !gone.has(keyOf(entry)));
}

function merged<Entry extends object>(
  held: readonly Entry[],
  changed: readonly Entry[],
  keyOf: (entry: Entry) => string,
): readonly Entry[] {
  const changes = new Map(changed.map((entry) => [keyOf(entry), entry]));
  const known = new Set(held.map(keyOf));
  const added = changed.filter((entry) => !known.has(keyOf(entry)));
  return [...held.map((entry) => ({ ...entry, ...changes.get(keyOf(entry)) })), ...added];
}

function checkKey({ name, host }: Pick<CheckStatus, "name" | "host">): string {
  return `${name}@${host ?? ""}`;
}

function targetKey({ target }: Pick<TargetStatus, "target">): string {
  return target;
}
