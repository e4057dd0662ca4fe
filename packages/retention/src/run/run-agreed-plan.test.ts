import { expect, it } from "vitest";
import type { CleanupPlan } from "../cleanup-plan.js";
import { makeRoot, makeSession, namesIn } from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { makeSessions, runOn } from "./run-support.test.fixture.js";

it("a run that may apply one plan only applies that one, and says what it was before anything is gone", async () => {
  const root = makeRoot();
  const [oldest, newest] = makeSessions(root, 2);
  const { planId } = await runOn(root, { dryRun: true });
  const heard: [CleanupPlan, string[]][] = [];
  const onPlan = (plan: CleanupPlan) => heard.push([plan, namesIn(root)]);
  const report = await runOn(root, { onlyPlanId: String(planId), onPlan });
  expect(report).toMatchObject({ outcome: "done", deleted: [oldest] });
  expect(heard).toMatchObject([[{ id: planId }, expect.arrayContaining([oldest, newest])]]);
});

it("and touches nothing once it would be another, not even what waits to be settled", async () => {
  const root = makeRoot();
  makeSessions(root, 2);
  const { planId } = await runOn(root, { dryRun: true });
  makeSession(root, "a", 20);
  const openIntents = () => Promise.reject(new Error("nothing is to be settled"));
  const journal = { ...createMemoryJournal(), openIntents };
  const report = await runOn(root, { onlyPlanId: String(planId), journal });
  expect(report).toMatchObject({ outcome: "refused", error: { code: "ERR_PLAN_STALE" }, deletedCount: 0 });
  expect(namesIn(root)).toHaveLength(3);
});

it("the guards refuse it all the same", async () => {
  const root = makeRoot();
  makeSessions(root, 12);
  const { planId } = await runOn(root, { dryRun: true });
  const report = await runOn(root, { onlyPlanId: String(planId) });
  expect(report).toMatchObject({ outcome: "refused", error: { code: "ERR_GUARDED" } });
  expect(namesIn(root)).toHaveLength(12);
});
