import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ClassifiedEntry } from "../classified-entry.js";
import type { OwnershipRule } from "../ownership.js";
import { recorderSessions } from "../recorder/recorder-sessions.js";
import { makeRoot, makeSession, makeTarget, markerOf, NOW_MS } from "../test-support.test.fixture.js";
import { openTrash } from "../trash/open-trash.js";
import { scan } from "./scan.js";

const STARTED = new Date(Date.UTC(2024, 0, 1, 10, 30));
const VALID = markerOf("a", STARTED);

describe("scan", () => {
  it("owns a session with a matching marker, and says which one it is", async () => {
    const root = makeRoot();
    const id = makeSession(root, "team_a", 1);
    expect(await classify(root)).toEqual([
      {
        kind: "owned",
        id,
        sessionId: "team_a",
        stampMs: STARTED.getTime(),
        latestMs: STARTED.getTime() + 60_000,
        identity: {
          dev: expect.any(String),
          ino: expect.any(String),
          markerDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        bytes: null,
      },
    ]);
  });

  it("tells symlinks, files and our own trash apart from directories", async () => {
    const root = makeRoot();
    const session = makeSession(root, "a", 1);
    symlinkSync(session, join(root, "b_20240101_103000"));
    writeFileSync(join(root, "c_20240101_103000"), "");
    openTrash(root);
    expect(await codes(root)).toEqual({
      ".caretaker-trash": "caretaker",
      [session]: "owned",
      b_20240101_103000: "symlink",
      c_20240101_103000: "not_a_directory",
    });
  });

  it.each([
    ["marker_missing", null],
    ["marker_invalid", ""],
    ["marker_invalid", "{"],
    ["marker_invalid", "[]"],
    ["marker_invalid", "null"],
    ["marker_invalid", "\u{feff}{}"],
    ["marker_invalid", {}],
    ["marker_invalid", { ...VALID, session_id: 5 }],
    ["marker_invalid", { ...VALID, started_at: 1_704_105_000 }],
    ["marker_invalid", { ...VALID, started_at: "yesterday" }],
    ["marker_invalid", { ...VALID, started_at: [VALID["started_at"]] }],
    ["marker_invalid", { ...VALID, ended_at: [VALID["ended_at"]] }],
    ["marker_invalid", `\u{feff}${JSON.stringify(VALID)}`],
    ["marker_invalid", { ...VALID, ended_at: "later" }],
    ["marker_invalid", { ...VALID, ended_at: true }],
    ["marker_invalid", { ...VALID, total_segments: -1 }],
    ["marker_invalid", { ...VALID, total_segments: 1.5 }],
    ["marker_invalid", { ...VALID, total_segments: "1" }],
    ["marker_invalid", { ...VALID, total_segments: 2 ** 53 }],
    ["marker_invalid", { ...VALID, segments: {} }],
    ["marker_invalid", { ...VALID, sample_rate: "16000" }],
    ["marker_invalid", { ...VALID, sample_rate: 0 }],
    ["marker_invalid", { ...VALID, sample_rate: -16_000 }],
    ["marker_invalid", JSON.stringify(VALID).replace("16000", "1e999")],
    ["marker_invalid", { ...VALID, raw_audio_format: 16 }],
    ["marker_invalid", { ...VALID, hold: "yes" }],
    ["marker_mismatch", { ...VALID, session_id: "b" }],
    ["marker_mismatch", { ...VALID, session_id: "A" }],
    ["marker_mismatch", { ...VALID, started_at: "2024-01-02T12:30:00.001Z" }],
    ["marker_mismatch", { ...VALID, started_at: "2023-12-31T08:29:59.999Z" }],
    ["owned", { ...VALID, started_at: "2024-01-02T12:30:00Z" }],
    ["owned", { ...VALID, started_at: "2023-12-31T08:30:00Z" }],
    ["owned", { ...VALID, started_at: "2024-01-01T10:30:00.123456" }],
    ["owned", { ...VALID, total_segments: null, segments: null, extra: { any: "thing" }, hold: false }],
    ["owned", { session_id: "a", started_at: "2024-01-01 10:30:00", ended_at: "2024-01-01 10:31:00" }],
    ["owned", { ...VALID, total_segments: 0, raw_audio_format: null, sample_rate: null, hold: null, ended_at: null }],
    ["held", { ...VALID, hold: true }],
  ])("says %s of the marker %j", async (code, marker) => {
    const root = makeRoot();
    const id = makeSession(root, "a", 1, { marker });
    expect(await codes(root)).toEqual({ [id]: code });
  });

  it("says marker_unreadable of a marker that is not UTF-8", async () => {
    const root = makeRoot();
    const id = makeSession(root, "a", 1);
    writeFileSync(join(root, id, "metadata.json"), Buffer.from(JSON.stringify({ ...VALID, note: "é" }), "latin1"));
    expect(await codes(root)).toEqual({ [id]: "marker_unreadable" });
  });

  it("reads a marker of 4 MiB, and says marker_too_large of one byte more", async () => {
    const root = makeRoot();
    const id = makeSession(root, "a", 1, { marker: JSON.stringify(VALID).padEnd(4 * 1024 * 1024) });
    expect(await codes(root)).toEqual({ [id]: "owned" });
    truncateSync(join(root, id, "metadata.json"), 4 * 1024 * 1024 + 1);
    expect(await codes(root)).toEqual({ [id]: "marker_too_large" });
  });

  it("says marker_not_a_file of a link, a directory and a pipe, and never waits for the pipe", async () => {
    const root = makeRoot();
    const target = makeSession(root, "a", 1);
    const [link, directory, pipe] = [2, 3, 4].map((day) => makeSession(root, "a", day, { marker: null }));
    symlinkSync(join(root, target, "metadata.json"), join(root, String(link), "metadata.json"));
    mkdirSync(join(root, String(directory), "metadata.json"));
    execFileSync("mkfifo", [join(root, String(pipe), "metadata.json")]);
    const notAFile = Object.fromEntries([link, directory, pipe].map((id) => [id, "marker_not_a_file"]));
    expect(await codes(root)).toEqual({ [target]: "owned", ...notAFile });
  });

  it("keeps names that are not UTF-8, and shows their bytes", async () => {
    const root = makeRoot();
    mkdirSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from("_20240101_103000")]));
    expect(await codes(root)).toEqual({ "caf\\xe9_20240101_103000": "name_mismatch" });
  });

  it("counts an unfinished session as active for exactly activeFor after its last change", async () => {
    const root = makeRoot();
    const { ended_at: _endedAt, ...unfinished } = VALID;
    const id = makeSession(root, "a", 1, { marker: unfinished });
    // The change time cannot be set, so the change is put into the future and the clock after it.
    const changedAt = new Date(Date.UTC(2090, 0, 1));
    utimesSync(join(root, id, "video.mp4"), changedAt, changedAt);
    const at = (ms: number) => codes(root, { nowMs: changedAt.getTime() + ms });
    expect(await at(0)).toEqual({ [id]: "active" });
    expect(await at(3_600_000)).toEqual({ [id]: "active" });
    expect(await at(3_600_001)).toEqual({ [id]: "owned" });
  });

  it("counts a session with a .hold as held, whatever the .hold is", async () => {
    const root = makeRoot();
    const [file, link, directory] = [1, 2, 3].map((day) => makeSession(root, "a", day));
    writeFileSync(join(root, String(file), ".hold"), "");
    symlinkSync("nowhere", join(root, String(link), ".hold"));
    mkdirSync(join(root, String(directory), ".hold"));
    expect(Object.values(await codes(root))).toEqual(["held", "held", "held"]);
  });

  it.each([
    ["throws", { inspect: () => raise() }],
    ["answers nothing", { inspect: () => undefined }],
    [
      "leaves out whether it ended",
      { inspect: () => ({ status: "owned", held: false, markerDigest: "x", latestMs: 0 }) },
    ],
    ["gives a reason that is none", { inspect: () => ({ status: "unknown", reason: "Not Mine!" }) }],
    ["throws on the name", { parseName: () => raise() }],
    ["gives a stamp that is no number", { parseName: () => ({ sessionId: "a", stampMs: Number.NaN }) }],
  ])("keeps a session when the rule %s", async (_what, broken) => {
    const root = makeRoot();
    const id = makeSession(root, "a", 1);
    const owns = { ...recorderSessions(), ...broken } as unknown as OwnershipRule;
    const { entries } = await scan(makeTarget(root, { owns }), { nowMs: NOW_MS });
    expect([...entries]).toEqual([{ kind: "unknown", id, reason: "rule_failed", bytes: null }]);
  });

  it("ends with the signal", async () => {
    const root = makeRoot();
    makeSession(root, "a", 1);
    const signal = AbortSignal.abort(new Error("stop"));
    await expect(scan(makeTarget(root), { nowMs: NOW_MS, signal })).rejects.toThrow("stop");
  });

  it("refuses a root that is gone", async () => {
    const root = makeRoot();
    rmSync(root, { recursive: true });
    await expect(scan(makeTarget(root), { nowMs: NOW_MS })).rejects.toMatchObject({ rule: "missing" });
  });
});

async function classify(root: string, { nowMs = NOW_MS } = {}): Promise<readonly ClassifiedEntry[]> {
  return [...(await scan(makeTarget(root), { nowMs })).entries];
}

async function codes(root: string, options: { nowMs?: number } = {}): Promise<Record<string, string>> {
  const entries = await classify(root, options);
  return Object.fromEntries(entries.map((entry) => [entry.id, entry.kind === "unknown" ? entry.reason : entry.kind]));
}

function raise(): never {
  throw new Error("broken rule");
}
