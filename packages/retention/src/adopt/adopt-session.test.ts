import { execFileSync } from "node:child_process";
import {
  chownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canUseHandles } from "../directory/can-use-handles.js";
import type { OwnershipRule } from "../ownership.js";
import { recorderSessions } from "../recorder/recorder-sessions.js";
import { runOn } from "../run/run-support.test.fixture.js";
import { describeTree, makeRoot, makeSession, makeTarget, markerOf, NOW_MS } from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { createMemoryLock } from "../testing/memory-lock.js";
import { type AdoptOptions, adoptSession } from "./adopt-session.js";
import { planAdoption } from "./plan-adoption.js";

const CHANGED_AT = new Date("2024-01-05T11:22:33.444Z");

describe("planAdoption", () => {
  it("says which marker a session without one would get, and changes nothing", async () => {
    const { root, id } = makeOrphan();
    const before = describeTree(root);
    expect(await planAdoption(makeTarget(root), id, { nowMs: NOW_MS })).toEqual({
      status: "planned",
      id,
      path: join(root, id, "metadata.json"),
      marker: {
        session_id: "lost",
        started_at: "2024-01-05T10:30:00",
        ended_at: "2024-01-05T11:22:33.444Z",
        adopted: { at: "2100-01-01T00:00:00.000Z", ended_at_from: "last change in the directory" },
      },
      identity: { dev: expect.any(String), ino: expect.any(String) },
    });
    expect(describeTree(root)).toEqual(before);
  });

  it("takes the last change at any depth for the end, and of a link its own", async () => {
    const { root, id } = makeOrphan();
    mkdirSync(join(root, id, "deep"));
    writeFileSync(join(root, id, "deep", "late.raw"), "");
    symlinkSync("/proc/version", join(root, id, "link"));
    execFileSync("touch", ["-h", "-d", "2024-01-02T00:00:00Z", join(root, id, "link")]);
    for (const path of ["deep", "."]) utimesSync(join(root, id, path), CHANGED_AT, CHANGED_AT);
    utimesSync(join(root, id, "deep", "late.raw"), CHANGED_AT, new Date("2024-01-06T00:00:00Z"));
    const plan = await planAdoption(makeTarget(root), id, { nowMs: NOW_MS });
    expect(plan).toMatchObject({ marker: { ended_at: "2024-01-06T00:00:00.000Z" } });
  });

  it("lets no session end before it began", async () => {
    const { root, id } = makeOrphan(new Date(1_000));
    const plan = await planAdoption(makeTarget(root), id, { nowMs: NOW_MS });
    expect(plan).toMatchObject({ marker: { ended_at: "2024-01-05T10:30:00.000Z" } });
  });

  it("refuses while something in it has changed within the time of activity, whatever its own times say", async () => {
    const { root, id } = makeOrphan();
    const plan = (nowMs: number) => planAdoption(makeTarget(root), id, { nowMs });
    const madeAtMs = Date.now();
    expect(await plan(madeAtMs + 3_500_000)).toMatchObject({ status: "refused", code: "recently_changed" });
    expect(await plan(madeAtMs + 3_700_000)).toMatchObject({ status: "planned" });
  });

  it("reads names that are not UTF-8", async () => {
    const { root, id } = makeOrphan();
    writeFileSync(Buffer.concat([Buffer.from(join(root, id, "x")), Buffer.from([0xff])]), "");
    expect(await planAdoption(makeTarget(root), id, { nowMs: NOW_MS })).toMatchObject({ status: "planned" });
  });

  it.each(["..", "../lost_20240105_103000", "/etc", "", "a\0_20240105_103000", "my_notes", "lost_20240230_103000"])(
    "refuses %j, which names no session",
    async (id) => {
      const { root } = makeOrphan();
      const plan = await planAdoption(makeTarget(root), id, { nowMs: NOW_MS });
      expect(plan).toMatchObject({ status: "refused", code: "name_mismatch" });
    },
  );

  it.each([
    ["vanished", (path: string) => rmSync(path, { recursive: true })],
    ["owned", (path: string) => writeFileSync(join(path, "metadata.json"), JSON.stringify(MARKER))],
    ["marker_invalid", (path: string) => writeFileSync(join(path, "metadata.json"), "{")],
    [
      "marker_mismatch",
      (path: string) => writeFileSync(join(path, "metadata.json"), JSON.stringify({ ...MARKER, session_id: "x" })),
    ],
    ["marker_not_a_file", (path: string) => symlinkSync("nowhere", join(path, "metadata.json"))],
    ["marker_not_a_file", (path: string) => execFileSync("mkfifo", [join(path, "metadata.json")])],
    ["not_a_directory", (path: string) => replace(path, () => writeFileSync(path, ""))],
    ["symlink", (path: string) => replace(path, () => symlinkSync(`${path}.moved`, path))],
  ])("refuses with %s what is no directory without a marker", async (code, change) => {
    const { root, id } = makeOrphan();
    change(join(root, id));
    const before = describeTree(root);
    expect(await adopt(root, id)).toMatchObject({ status: "refused", code, why: expect.any(String) });
    expect(describeTree(root)).toEqual(before);
  });

  it("refuses where the target's rule makes no markers", async () => {
    const { root, id } = makeOrphan();
    const { makeMarker: _, ...owns }: OwnershipRule = recorderSessions();
    const plan = await planAdoption(makeTarget(root, { owns }), id, { nowMs: NOW_MS });
    expect(plan).toMatchObject({ status: "refused", code: "no_make_marker", why: expect.stringContaining(owns.name) });
  });
});

describe.each(canUseHandles() ? (["handles", "path"] as const) : (["path"] as const))(
  "adoptSession by %s",
  (safety) => {
    it("writes the marker that was planned and journals it; the policy decides from then on", async () => {
      const { root, id } = makeOrphan();
      makeSession(root, "newest", 20);
      const journal = createMemoryJournal();
      const plan = await planAdoption(makeTarget(root), id, { nowMs: NOW_MS });
      expect(await runOn(root)).toMatchObject({ owned: 1, candidates: 0, unknown: { marker_missing: 1 } });
      expect(await adopt(root, id, { journal, safety })).toEqual({ ...plan, status: "adopted" });
      const written = JSON.parse(readFileSync(join(root, id, "metadata.json"), "utf8")) as unknown;
      expect(written).toEqual("marker" in plan && plan.marker);
      expect(journal.events).toEqual([
        { type: "adopted", atMs: NOW_MS, runId: "adopt-1", target: "recordings", root, id, reason: "by hand" },
      ]);
      expect(await runOn(root)).toMatchObject({ owned: 2, deleted: [id], unknown: {} });
    });

    it("writes over nothing that appears after the plan", async () => {
      const { root, id } = makeOrphan();
      const memory = createMemoryJournal();
      const append = () => writeFileSync(join(root, id, "metadata.json"), "theirs");
      expect(await adopt(root, id, { journal: { ...memory, append }, safety })).toMatchObject({ code: "changed" });
      expect(readFileSync(join(root, id, "metadata.json"), "utf8")).toBe("theirs");
    });

    it("writes nothing when the journal cannot be written, and gives the lock back", async () => {
      const { root, id } = makeOrphan();
      const before = describeTree(root);
      const lock = createMemoryLock();
      const journal = { ...createMemoryJournal(), append: () => Promise.reject(new Error("journal gone")) };
      await expect(adopt(root, id, { journal, lock, safety })).rejects.toThrow("journal gone");
      expect(describeTree(root)).toEqual(before);
      expect(await adopt(root, id, { lock, safety })).toMatchObject({ status: "adopted" });
    });

    it("waits for nobody who has the root", async () => {
      const { root, id } = makeOrphan();
      const lock = createMemoryLock();
      await lock.acquire({ name: "other", root });
      expect(await adopt(root, id, { lock, safety })).toMatchObject({ status: "refused", code: "busy" });
    });
  },
);

describe("adoptSession", () => {
  it.skipIf(process.geteuid?.() !== 0)("gives the marker to the session's owner (needs root to make one)", async () => {
    const { root, id } = makeOrphan();
    chownSync(join(root, id), 65_534, 65_533);
    expect(await adopt(root, id)).toMatchObject({ status: "adopted" });
    const { uid, gid, mode } = statSync(join(root, id, "metadata.json"));
    expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 65_534, gid: 65_533, mode: 0o640 });
  });

  it("refuses a root that no run would work in, and a run id that is none", async () => {
    const { root, id } = makeOrphan();
    await expect(adopt(root, id, { forbiddenRoots: [root] })).rejects.toMatchObject({ rule: "forbidden" });
    await expect(adopt(root, id, { runId: "../x" })).rejects.toMatchObject({ code: "ERR_INVALID_RUN_ID" });
  });
});

const MARKER = markerOf("lost", new Date(Date.UTC(2024, 0, 5, 10, 30)));

function replace(path: string, make: () => void): void {
  renameSync(path, `${path}.moved`);
  make();
}

function makeOrphan(changedAt = CHANGED_AT): { root: string; id: string } {
  const root = makeRoot();
  const id = makeSession(root, "lost", 5, { marker: null });
  for (const file of ["segment_0001.raw", "video.mp4", "."]) utimesSync(join(root, id, file), changedAt, changedAt);
  return { root, id };
}

function adopt(root: string, id: string, options: Partial<AdoptOptions> = {}) {
  const ports = { journal: createMemoryJournal(), lock: createMemoryLock() };
  return adoptSession(makeTarget(root), id, {
    runId: "adopt-1",
    reason: "by hand",
    nowMs: NOW_MS,
    ...ports,
    ...options,
  });
}
