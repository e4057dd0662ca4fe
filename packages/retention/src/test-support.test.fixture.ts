import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { JournalEvent } from "./journal.js";
import { defineTarget } from "./options/define-target.js";
import { recorderSessions } from "./recorder/recorder-sessions.js";
import { formatSessionName } from "./recorder/session-name.js";
import { ROOT_MARKER_NAME } from "./root/root-marker.js";
import { entryPath } from "./scan/entry-name.js";
import type { Step } from "./step.js";
import type { RetentionTarget, TargetOptions } from "./target.js";
import { createMemoryJournal, type MemoryJournal } from "./testing/memory-journal.js";
import { BALLAST_NAME, TRASH_NAME } from "./trash/trash-name.js";

/** Long after every session of these tests, so that what the tests themselves wrote has long been still. */
export const NOW_MS = Date.UTC(2100, 0, 1);

/** A fresh root below a fresh directory, both gone after the test. */
export function makeRoot(): string {
  const parent = mkdtempSync(join(realpathSync(tmpdir()), "retention-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const root = join(parent, "recordings");
  mkdirSync(root);
  return root;
}

/** A target of the shipped rule that keeps the newest session, unless told otherwise. */
export function makeTarget(root: string, options: Partial<TargetOptions> = {}): RetentionTarget {
  return defineTarget({ name: "recordings", root, owns: recorderSessions(), keep: { last: 1 }, ...options });
}

/** What a session is made of besides its name. */
export interface SessionParts {
  readonly name?: string;
  readonly marker?: object | string | null;
  readonly files?: Readonly<Record<string, string>>;
}

/** Writes an ended session of this id that began on this day of January 2024; returns its name. */
export function makeSession(root: string, sessionId: string, day: number, parts: SessionParts = {}): string {
  const startedAt = new Date(Date.UTC(2024, 0, day, 10, 30, 0));
  const name = parts.name ?? formatSessionName(sessionId, startedAt);
  const { marker = markerOf(sessionId, startedAt), files = { "segment_0001.raw": "audio", "video.mp4": "video" } } =
    parts;
  mkdirSync(join(root, name));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, name, file), text);
  if (marker !== null)
    writeFileSync(join(root, name, "metadata.json"), typeof marker === "string" ? marker : JSON.stringify(marker));
  return name;
}

/** A valid marker of an ended session. */
export function markerOf(sessionId: string, startedAt: Date): Record<string, unknown> {
  const endedAt = new Date(startedAt.getTime() + 60_000);
  return {
    session_id: sessionId,
    started_at: startedAt.toISOString(),
    ended_at: endedAt.toISOString(),
    total_segments: 1,
    segments: [{ file: "segment_0001.raw" }],
    raw_audio_format: "s16le",
    sample_rate: 16_000,
  };
}

// What Caretaker itself keeps in a root.
const OUR_OWN: ReadonlySet<string> = new Set([TRASH_NAME, ROOT_MARKER_NAME]);

/** Every entry below a directory with its kind, mode, time and content, one a line; these names in it are left out. */
export function describeTree(directory: string | Buffer, without = OUR_OWN): string[] {
  const names = readdirSync(directory, { encoding: "buffer" }).filter((name) => !without.has(name.toString("latin1")));
  return names.sort(Buffer.compare).flatMap((name) => describeEntry(entryPath(directory, name), name));
}

function describeEntry(path: Buffer, name: Buffer): string[] {
  const shown = name.toString("latin1");
  const stats = lstatSync(path);
  const line = `${shown} ${stats.mode.toString(8)} ${stats.ino} ${stats.mtimeMs}`;
  if (stats.isDirectory()) return [line, ...describeTree(path, NONE).map((below) => `${shown}/${below}`)];
  if (stats.isSymbolicLink()) return [`${line} -> ${readlinkSync(path)}`];
  return [stats.isFile() ? `${line} ${contentOf(path, stats.size)}` : line];
}

const NONE: ReadonlySet<string> = new Set();
const MAX_HASHED_BYTES = 16 * 1024 * 1024;

function contentOf(path: Buffer, size: number): string {
  if (size > MAX_HASHED_BYTES) return `${size} bytes`;
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** The names in a root, our own left out. */
export function namesIn(root: string): string[] {
  return readdirSync(root).filter((name) => !OUR_OWN.has(name));
}

/** What is in a root's trash, the ballast left out. */
export function trashOf(root: string): string[] {
  return readdirSync(join(root, TRASH_NAME)).filter((name) => name !== BALLAST_NAME);
}

/** What a run in a process of its own is told. */
export interface ChildRun {
  readonly root: string;
  /** A file of events, one a line; made when missing. */
  readonly journalPath: string;
  readonly killAfter?: { readonly step: Step; readonly nth: number };
  /** Whether file permissions are to stop it, also where root runs the tests. */
  readonly asOrdinary?: boolean;
}

/** Runs a cleanup that keeps the last session in a process of its own, as last compiled; says how it ended. */
export function runChild({ killAfter, ...options }: ChildRun): {
  signal: string | null;
  stdout: string;
  stderr: string;
} {
  writeFileSync(options.journalPath, "", { flag: "a" });
  chmodSync(options.journalPath, 0o666);
  const child = fileURLToPath(new URL("../test/fixtures/run-child.mjs", import.meta.url));
  const told = JSON.stringify({ ...options, killAfter: killAfter ?? null, nowMs: NOW_MS, last: 1 });
  const { signal, stdout, stderr } = spawnSync(process.execPath, [child, told], { encoding: "utf8" });
  return { signal, stdout, stderr };
}

/** The journal a child left, to go on with. */
export function readJournal(path: string): MemoryJournal {
  const journal = createMemoryJournal();
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line !== "") void journal.append(JSON.parse(line) as JournalEvent);
  }
  return journal;
}

/** Whether a test may mount something: needs root, and a kernel that lets it. */
export function canMount(): boolean {
  return process.platform === "linux" && process.geteuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;
}
