import { readdirSync, readlinkSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { type ApplyOptions, applyPlan } from "../apply-plan.js";
import { canUseHandles } from "../directory/can-use-handles.js";
import { planCleanup } from "../plan/plan-cleanup.js";
import type { Safety } from "../safety.js";
import { scan } from "../scan/scan.js";
import type { TargetOptions } from "../target.js";
import { makeRoot, makeSession, makeTarget, NOW_MS, namesIn, trashOf } from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { MAX_BATCH } from "./take-context.js";

const SAFETIES: readonly Safety[] = canUseHandles() ? ["handles", "path"] : ["path"];
const COUNT = 4 * MAX_BATCH + 5;

describe.each(SAFETIES)("batches taken one beside the other, by %s,", (safety) => {
  let root: string;
  let old: readonly string[];

  beforeEach(() => {
    root = makeRoot();
    old = Array.from({ length: COUNT }, (_, n) => makeSession(root, `a${String(n).padStart(4, "0")}`, 1));
    makeSession(root, "newest", 2);
  });

  async function apply(options: Partial<ApplyOptions> = {}, declared: Partial<TargetOptions> = {}) {
    const target = makeTarget(root, declared);
    const plan = planCleanup(await scan(target, { nowMs: NOW_MS }), target.policy, { nowMs: NOW_MS });
    const results: string[] = [];
    const onResult: ApplyOptions["onResult"] = ({ id, result }) => results.push(`${result} ${id}`);
    const defaults = { target, safety, runId: "run-1", journal: createMemoryJournal(), nowMs: () => NOW_MS, onResult };
    const { partial, error } = await applyPlan(plan, { ...defaults, ...options });
    return { partial, error, results };
  }

  it("are told of oldest first, each session once", async () => {
    const { partial, results } = await apply();
    expect(partial).toBe(false);
    expect(results).toEqual(old.map((id) => `deleted ${id}`));
  });

  it.each([1, MAX_BATCH, MAX_BATCH + 1, 2 * MAX_BATCH + 7])(
    "take no more than %d when no more may be",
    async (limit) => {
      const { partial, results } = await apply({}, { maxPerRun: limit });
      expect(partial).toBe(true);
      expect(results).toEqual(old.slice(0, limit).map((id) => `deleted ${id}`));
      expect(namesIn(root)).toHaveLength(COUNT + 1 - limit);
    },
  );

  it("put back what was not begun when they are stopped, and leave nothing in between", async () => {
    const controller = new AbortController();
    const onProgress: ApplyOptions["onProgress"] = ({ done }) => void (done > MAX_BATCH && controller.abort());
    const { partial, results } = await apply({ signal: controller.signal, onProgress });
    expect(partial).toBe(true);
    const deleted = results.filter((line) => line.startsWith("deleted "));
    expect(deleted.length).toBeGreaterThan(MAX_BATCH);
    expect(deleted).toEqual(old.slice(0, deleted.length).map((id) => `deleted ${id}`));
    expect(new Set(namesIn(root))).toEqual(new Set([...old.slice(deleted.length), ...namesIn(root).slice(-1)]));
    expect(trashOf(root)).toEqual([]);
  });

  it.skipIf(process.platform !== "linux")("hold nothing open when they have ended, or were stopped", async () => {
    const before = openBelow(root);
    const controller = new AbortController();
    const onProgress: ApplyOptions["onProgress"] = ({ done }) => void (done > MAX_BATCH && controller.abort());
    await apply({ signal: controller.signal, onProgress });
    expect(openBelow(root)).toEqual(before);
    await apply();
    expect(openBelow(root)).toEqual(before);
  });
});

function openBelow(root: string): string[] {
  const paths = readdirSync("/proc/self/fd").flatMap((fd) => readlink(`/proc/self/fd/${fd}`));
  return paths.filter((path) => path.startsWith(root));
}

// The listing itself is among them, and closed by then.
function readlink(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}
