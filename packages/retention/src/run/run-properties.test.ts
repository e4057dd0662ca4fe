import { mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canUseHandles } from "../directory/can-use-handles.js";
import type { JournalEvent } from "../journal.js";
import { formatSessionName, parseSessionName } from "../recorder/session-name.js";
import type { Safety } from "../safety.js";
import type { TargetOptions } from "../target.js";
import { describeTree, makeSession, makeTarget, markerOf, NOW_MS, namesIn } from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { runOn } from "./run-support.test.fixture.js";

const HOUR_MS = 3_600_000;
const SAFETIES: readonly Safety[] = canUseHandles() ? ["handles", "path"] : ["path"];

describe("any run on a real disk", () => {
  it("keeps what is protected byte for byte, deletes the older first, and leaves nothing to do", {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(anyRoot, anyOptions, fc.constantFrom(...SAFETIES), async (parts, options, safety) => {
        const parent = mkdtempSync(join(realpathSync(tmpdir()), "any-"));
        try {
          await check(parent, { parts, options, safety });
        } finally {
          rmSync(parent, { recursive: true, force: true });
        }
      }),
      { numRuns: Number(process.env["CARETAKER_PROPERTY_RUNS"] ?? 30) },
    );
  });
});

interface AnyRun {
  readonly parts: readonly Part[];
  readonly options: Partial<TargetOptions>;
  readonly safety: Safety;
}

async function check(root: string, { parts, options, safety }: AnyRun): Promise<void> {
  const made = makeRoot(root, parts);
  const before = new Map(namesIn(root).map((name) => [name, describeTree(join(root, name))]));
  const target = { ...makeTarget(root, options), maxDeleteRatio: 1 };
  const journal = createMemoryJournal();
  const run = (runId: string, dryRun = false) => runOn(root, { runId, dryRun, journal, safety }, target);

  const plans = [await run("dry-1", true), await run("dry-2", true)];
  expect(namesIn(root)).toEqual([...before.keys()]);
  const report = await run("run-1");
  expect(new Set([...plans, report].map(({ planId }) => planId)).size).toBe(1);
  expect(report).toMatchObject({ outcome: "done", failed: [], skipped: [] });

  const gone = [...before.keys()].filter((name) => !namesIn(root).includes(name));
  for (const name of gone) expect(made.get(name)).toBe("owned");
  for (const name of namesIn(root)) expect(describeTree(join(root, name))).toEqual(before.get(name));
  const owned = byAge([...made].flatMap(([name, kind]) => (kind === "owned" || kind === "young" ? [name] : [])));
  for (const name of owned.slice(owned.length - (target.policy.last ?? 0))) expect(gone).not.toContain(name);
  expect(takenIn(journal.events)).toEqual(byAge(gone));
  expect(report.candidates).toBe(gone.length);
  const unknownCount = Object.values(report.unknown).reduce((sum, count) => sum + count, 0);
  const { listed, active, held, unread } = report;
  expect(report.owned + active + held + unread + unknownCount).toBe(before.size);
  expect(listed).toBe(before.size + 1);

  const after = describeTree(root);
  expect(await run("run-2")).toMatchObject({ outcome: "done", candidates: 0, deletedCount: 0, trashedCount: 0 });
  expect(describeTree(root)).toEqual(after);
}

interface Part {
  readonly sessionId: string;
  readonly hoursAgo: number;
  readonly kind: "owned" | "held" | "held by its marker" | "active" | "no marker" | "another's marker" | "young";
}

const anyRoot: fc.Arbitrary<Part[]> = fc.array(
  fc.record<Part>({
    sessionId: fc.constantFrom("a", "b", "team_a", "a_20240101_103000"),
    hoursAgo: fc.integer({ min: 2, max: 24 * 60 }),
    kind: fc.constantFrom(
      ...(["owned", "owned", "owned", "owned", "held", "held by its marker", "active", "no marker"] as const),
      ...(["another's marker", "young"] as const),
    ),
  }),
  { maxLength: 12 },
);

const anyCount = fc.integer({ min: 1, max: 5 });
const anyDays = fc.integer({ min: 1, max: 40 }).map((days) => `${days}d` as const);

const anyOptions: fc.Arbitrary<Partial<TargetOptions>> = fc
  .record(
    {
      keep: fc.record(
        {
          last: anyCount,
          within: anyDays,
          daily: anyCount,
          weekly: anyCount,
          monthly: anyCount,
          maxBytes: fc.constantFrom("8KiB" as const, "1GiB" as const),
        },
        { requiredKeys: [] },
      ),
      // No disk has that much free: the mark is never met, and must neither loop nor take what is protected.
      minFree: fc.constant({ warn: "9000TB", target: "9000TB" } as const),
      trash: fc.constant({ keepFor: "7d" } as const),
      minAge: fc.constantFrom("1h" as const, "3d" as const),
    },
    { requiredKeys: ["keep", "minAge"] },
  )
  .filter(({ keep, minFree }) => Object.keys(keep).length > 0 || minFree !== undefined);

/** Writes the sessions; answers what each is, by its name. */
function makeRoot(root: string, parts: readonly Part[]): Map<string, Part["kind"]> {
  const made = new Map<string, Part["kind"]>();
  for (const { sessionId, hoursAgo, kind } of parts) {
    const startedAt = new Date(NOW_MS - (kind === "young" ? 1 : hoursAgo * HOUR_MS));
    const name = formatSessionName(sessionId, startedAt);
    if (made.has(name)) continue;
    makeSession(root, sessionId, 1, { name, marker: markerFor(kind, { sessionId, startedAt }) });
    if (kind === "held") writeFileSync(join(root, name, ".hold"), "");
    if (kind === "active") utimesSync(join(root, name, "video.mp4"), new Date(NOW_MS), new Date(NOW_MS));
    made.set(name, kind);
  }
  return made;
}

function markerFor(
  kind: Part["kind"],
  { sessionId, startedAt }: { sessionId: string; startedAt: Date },
): object | null {
  if (kind === "no marker") return null;
  const { ended_at, ...marker } = markerOf(sessionId, startedAt);
  if (kind === "active") return marker;
  if (kind === "held by its marker") return { ...marker, ended_at, hold: true };
  return { ...marker, ended_at, session_id: kind === "another's marker" ? "another" : sessionId };
}

/** Oldest first by the time in the name, ties by name. */
function byAge(names: readonly string[]): string[] {
  const stampOf = (name: string) => parseSessionName(name)?.stampMs ?? 0;
  return [...names].sort((one, other) => stampOf(one) - stampOf(other) || (one < other ? -1 : 1));
}

function takenIn(events: readonly JournalEvent[]): string[] {
  return events.flatMap((event) => (event.type === "outcome" && event.runId === "run-1" ? [event.id] : []));
}
