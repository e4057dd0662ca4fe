import type { Intent, Outcome, Pinned, RecordedDecision, Rule } from "@caretaker/retention";

/** The target all events here are of. */
export const TARGET = { name: "recordings", root: "/srv/recordings" };

const ABOUT = { atMs: Date.UTC(2024, 5, 1), runId: "run-1", target: TARGET.name };

/** An intent; the session's name follows from the claim's. */
export function intent(claimId: string, changes: Partial<Intent> = {}): Intent {
  const root = { path: TARGET.root, dev: "2049", ino: "2" };
  const identity = { dev: "2049", ino: "18446744073709551615", markerDigest: "digest" };
  const id = `${claimId}_20240101_103000`;
  return { type: "intent", ...ABOUT, planId: "plan", root, id, claimId, identity, ...changes };
}

/** How the claim of {@link intent} ended. */
export function outcome(claimId: string, changes: Partial<Outcome> = {}): Outcome {
  const ended = { root: TARGET.root, id: `${claimId}_20240101_103000`, claimId, bytesFreed: 4_096 };
  return { type: "outcome", ...ABOUT, ...ended, result: "deleted", code: "ok", ...changes };
}

/** A session's pin. */
export function pinned(id: string, untilMs: number): Pinned {
  return { type: "pinned", ...ABOUT, root: TARGET.root, id, untilMs, reason: "restored" };
}

/** What a later run is compared with. */
export const REPORT = {
  ...{ planId: "plan", dryRun: false, outcome: "done", startedAtMs: ABOUT.atMs, rootId: "root-id" },
  ...{ clock: { bootId: null, upMs: 1 }, owned: 80, active: 10, held: 7, unread: 3 },
};

/** One decision; its stamp is in the order of its number. */
export function decision(n: number, rule: Rule = "keep_last", bytes: number | null = n): RecordedDecision {
  return { id: `call-${n}`, stampMs: n * 1_000, rule, bytes };
}

/** The decisions of sessions 0 to `count`, less one. */
export function* decisions(
  count: number,
  ruleOf: (n: number) => Rule = () => "keep_last",
): Generator<RecordedDecision> {
  for (let n = 0; n < count; n += 1) yield decision(n, ruleOf(n));
}
