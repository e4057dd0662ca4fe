import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCleanup } from "../run/run-cleanup.js";
import { scan } from "../scan/scan.js";
import { makeRoot, makeTarget, NOW_MS } from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { createMemoryLock } from "../testing/memory-lock.js";
import { createSession, type SessionOptions } from "./create-session.js";

const STARTED = new Date(Date.UTC(2024, 0, 31, 10, 30, 5));

describe("createSession", () => {
  it("writes what the cleaner recognises as its own: active while it records, owned once it ended", async () => {
    const root = makeRoot();
    const session = await createSession(options(root));
    await session.addSegment({ file: "segment_0001.raw", data: Buffer.from("audio"), durationMs: 1_000 });
    expect(session.dir).toBe(join(root, "team_a_20240131_103005"));
    expect(await kinds(root, Date.now())).toEqual(["active"]);
    await session.end(new Date(STARTED.getTime() + 1_000));
    expect(await kinds(root, Date.now())).toEqual(["owned"]);
    expect(readFileSync(join(session.dir, "segment_0001.raw"), "utf8")).toBe("audio");
    expect(statSync(session.dir).mode & 0o007).toBe(0);
    expect(readMarker(session.dir)).toEqual({
      session_id: "team_a",
      started_at: "2024-01-31T10:30:05.000Z",
      ended_at: "2024-01-31T10:30:06.000Z",
      total_segments: 1,
      segments: [{ file: "segment_0001.raw", duration_ms: 1_000 }],
      raw_audio_format: "s16le",
      sample_rate: 16_000,
    });
  });

  it("writes sessions of which a cleanup keeps the last", async () => {
    const root = makeRoot();
    for (const day of [1, 2, 3]) {
      const session = await createSession({ ...options(root), startedAt: new Date(Date.UTC(2024, 0, day)) });
      await session.end(new Date(Date.UTC(2024, 0, day, 1)));
    }
    const ports = { journal: createMemoryJournal(), lock: createMemoryLock() };
    const run = { runId: "run-1", dryRun: false, reason: "test", nowMs: () => NOW_MS, ...ports };
    expect((await runCleanup(makeTarget(root), run)).deleted).toEqual([
      "team_a_20240101_000000",
      "team_a_20240102_000000",
    ]);
  });

  it("takes segments that are added at once, in order, and leaves nothing unfinished behind", async () => {
    const session = await createSession(options(makeRoot()));
    const files = Array.from({ length: 10 }, (_, index) => `segment_${index}.raw`);
    await Promise.all(files.map((file) => session.addSegment({ file })));
    expect(readMarker(session.dir)).toMatchObject({ total_segments: 10, segments: files.map((file) => ({ file })) });
    expect(readdirSync(session.dir)).toEqual(["metadata.json"]);
  });

  it.each([
    [{ sessionId: "" }, 'sessionId is ""; allowed: 1 to 128 of'],
    [{ sessionId: "../x" }, 'sessionId is "../x"'],
    [{ sessionId: "a".repeat(129) }, "sessionId is"],
    [{ sessionId: ["team_a"] }, 'sessionId is ["team_a"]'],
    [{ startedAt: new Date(Number.NaN) }, "startedAt is null; allowed: a Date from year 0 to 9999"],
    [{ startedAt: new Date(Date.UTC(10_000, 0)) }, "startedAt is"],
    [{ startedAt: new Date(Date.UTC(-1, 0)) }, "startedAt is"],
    [{ startedAt: "2024-01-31" }, 'startedAt is "2024-01-31"'],
    [{ sampleRate: 0 }, "sampleRate is 0; allowed: a number of samples per second above 0"],
    [{ rawAudioFormat: 16 }, "rawAudioFormat is 16; allowed: text"],
    [{ root: "recordings" }, 'root is "recordings"; allowed: an absolute path'],
    [{ root: 5 }, "root is 5; allowed: an absolute path"],
  ])("refuses %j and writes nothing", async (wrong, message) => {
    const root = makeRoot();
    await expect(createSession({ ...options(root), ...wrong } as SessionOptions)).rejects.toThrow(message);
    expect(readdirSync(root)).toEqual([]);
  });

  it.each(["0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.000Z"])("takes the start %s", async (startedAt) => {
    const root = makeRoot();
    await createSession({ ...options(root), startedAt: new Date(startedAt) });
    expect(await kinds(root, Date.now())).toEqual(["active"]);
  });

  it.each(["metadata.json", ".hold", "../x", "a/../../x", "a".repeat(201), ""])(
    "refuses the segment file %j, and still takes the next",
    async (file) => {
      const session = await createSession(options(makeRoot()));
      await expect(session.addSegment({ file })).rejects.toThrow(
        `file is ${JSON.stringify(file)}; allowed: a name of A-Z a-z 0-9 . _ - other than metadata.json`,
      );
      await session.addSegment({ file: "good.raw" });
      expect(readMarker(session.dir)).toMatchObject({ total_segments: 1 });
    },
  );

  it("writes no segment over a file that is there", async () => {
    const session = await createSession(options(makeRoot()));
    writeFileSync(join(session.dir, "segment.raw"), "first");
    const adding = session.addSegment({ file: "segment.raw", data: Buffer.from("second") });
    await expect(adding).rejects.toMatchObject({ code: "EEXIST" });
    expect(readFileSync(join(session.dir, "segment.raw"), "utf8")).toBe("first");
    expect(readMarker(session.dir)).toMatchObject({ total_segments: 0 });
  });

  it("refuses an end that is no time, and goes on recording", async () => {
    const session = await createSession(options(makeRoot()));
    const ending = session.end(new Date(Number.NaN));
    await expect(ending).rejects.toThrow("endedAt is null; allowed: a Date from year 0 to 9999");
    expect(readMarker(session.dir)).not.toHaveProperty("ended_at");
    await session.addSegment({ file: "good.raw" });
  });

  it("takes no segment after the end, and keeps the first end", async () => {
    const session = await createSession(options(makeRoot()));
    await session.end(STARTED);
    await session.end(new Date(STARTED.getTime() + 5_000));
    await expect(session.addSegment({ file: "late.raw" })).rejects.toThrow("once the session has ended");
    expect(readMarker(session.dir)).toMatchObject({ ended_at: STARTED.toISOString() });
  });

  it("refuses a second session of the same id in the same second", async () => {
    const root = makeRoot();
    await createSession(options(root));
    await expect(createSession(options(root))).rejects.toMatchObject({ code: "EEXIST" });
  });
});

function options(root: string): SessionOptions {
  return { root, sessionId: "team_a", startedAt: STARTED, sampleRate: 16_000, rawAudioFormat: "s16le" };
}

async function kinds(root: string, nowMs: number): Promise<string[]> {
  return [...(await scan(makeTarget(root), { nowMs })).entries].map(({ kind }) => kind);
}

function readMarker(dir: string): unknown {
  return JSON.parse(readFileSync(join(dir, "metadata.json"), "utf8"));
}
