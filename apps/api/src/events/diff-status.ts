import type { CheckStatus, Status, StatusChange, TargetStatus } from "@caretaker/status";

/** What a client that has `before` needs to have `after`; `null` where only time has passed. */
export function diffStatus(before: Status, after: Status): StatusChange | null {
  const checks = changedChecks(before.checks, after.checks);
  const targets = changedTargets(before.retention, after.retention);
  const set = changedFields(before, after);
  const removedChecks = missingFrom(after.checks, before.checks, keyOf).map(({ name, host }) => ({ name, host }));
  const removedTargets = missingFrom(after.retention, before.retention, nameOf).map(nameOf);
  const isSame = [checks, targets, Object.keys(set), removedChecks, removedTargets].every((list) => list.length === 0);
  if (isSame) return null;
  return { version: 1, nowMs: after.nowMs, set, checks, removedChecks, targets, removedTargets };
}

function changedChecks(before: readonly CheckStatus[], after: readonly CheckStatus[]): CheckStatus[] {
  const held = new Map(before.map((check) => [keyOf(check), check]));
  return after.filter((check) => !isSame(ageless(held.get(keyOf(check))), ageless(check)));
}

// An age grows by itself, and can be told from the moment beside it.
function ageless(check: CheckStatus | undefined): unknown {
  return check === undefined ? undefined : { ...check, ageMs: null };
}

/** A target's reports go along only where there are new ones: progress is told every second, and they are long. */
function changedTargets(before: readonly TargetStatus[], after: readonly TargetStatus[]): StatusChange["targets"] {
  const held = new Map(before.map((target) => [target.target, target]));
  return after.flatMap((target) => {
    const known = held.get(target.target);
    if (known === undefined || idsOf(known) !== idsOf(target)) return [target];
    const { reports: _held, ...was } = known;
    const { reports: _reports, ...is } = target;
    return isSame(was, is) ? [] : [is];
  });
}

function idsOf({ reports }: TargetStatus): string {
  return reports.map(({ runId }) => runId).join(" ");
}

function changedFields(before: Status, after: Status): StatusChange["set"] {
  const { version: _version, nowMs: _nowMs, checks: _checks, retention: _retention, ...rest } = after;
  const changed = Object.entries(rest).filter(([name, value]) => {
    const held = before[name as keyof typeof rest];
    // When the store was read last is told by every heartbeat.
    return name === "store"
      ? !isSame({ ...before.store, readAtMs: 0 }, { ...after.store, readAtMs: 0 })
      : !isSame(held, value);
  });
  return Object.fromEntries(changed) as StatusChange["set"];
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function missingFrom<T>(list: readonly T[], held: readonly T[], key: (one: T) => string): T[] {
  const there = new Set(list.map(key));
  return held.filter((one) => !there.has(key(one)));
}

function keyOf({ name, host }: CheckStatus): string {
  return `${name}@${host ?? ""}`;
}

function nameOf({ target }: TargetStatus): string {
  return target;
}
