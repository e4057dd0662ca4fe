import { type BigIntStats, lstatSync } from "node:fs";
import type { ClassifiedEntry, OwnedEntry, UnknownEntry } from "../classified-entry.js";
import { isMissing } from "../errno.js";
import { identityOf, type RootIdentity } from "../identity.js";
import type { ParsedName } from "../ownership.js";
import type { Reason } from "../reasons.js";
import { ROOT_MARKER_NAME } from "../root/root-marker.js";
import type { RetentionTarget } from "../target.js";
import { TRASH_NAME } from "../trash/trash-name.js";
import { atOnce, type Steps } from "../turns.js";
import { changedSince } from "./activity.js";
import { decodeName, type EntryName, entryPath } from "./entry-name.js";
import { inspectSession } from "./inspect-session.js";

/** What an entry is judged by. */
export interface ClassifyContext {
  readonly root: RootIdentity;
  readonly target: Pick<RetentionTarget, "owns" | "activeForMs">;
  readonly nowMs: number;
}

/** The one code of one directory entry (retention.md §2); `null` when it vanished meanwhile. Reads, never changes. */
export function classifyEntry(rawName: Buffer, context: ClassifyContext): ClassifiedEntry | null {
  const { text, display } = decodeName(rawName);
  if (text === TRASH_NAME || text === ROOT_MARKER_NAME) return { kind: "caretaker", id: display };
  return atOnce(classifyAt(entryPath(context.root.path, rawName), { text, display }, context));
}

/** The same of an entry whose name is text, and none of our own; in steps, since a session may hold very much. */
export function classifyNamedEntry(name: string, context: ClassifyContext): Steps<ClassifiedEntry | null> {
  return classifyAt(`${context.root.path}/${name}`, { text: name, display: name }, context);
}

function* classifyAt(
  path: string | Buffer,
  { text, display }: EntryName,
  context: ClassifyContext,
): Steps<ClassifiedEntry | null> {
  try {
    const stats = lstatSync(path, { bigint: true });
    const wrongKind = notASession(stats, context.root.dev);
    if (wrongKind !== null) return unknown(display, wrongKind);
    return text === null ? unknown(display, "name_mismatch") : yield* classifyNamed(text, { ...context, stats });
  } catch (error) {
    return isMissing(error) ? null : unknown(display, "unreadable");
  }
}

function unknown(id: string, reason: Reason): UnknownEntry {
  return { kind: "unknown", id, reason, bytes: null };
}

function notASession(stats: BigIntStats, rootDev: string): Reason | null {
  if (stats.isSymbolicLink()) return "symlink";
  if (!stats.isDirectory()) return "not_a_directory";
  return String(stats.dev) === rootDev ? null : "other_device";
}

type DirectoryContext = ClassifyContext & { readonly stats: BigIntStats };

function* classifyNamed(id: string, context: DirectoryContext): Steps<OwnedEntry | UnknownEntry> {
  const parsed = parseName(id, context);
  if (parsed === "rule_failed") return unknown(id, parsed);
  return parsed === null ? unknown(id, "name_mismatch") : yield* classifySession(id, { ...context, parsed });
}

/** What the target's rule says of a name; never throws. */
export function parseName(id: string, { target }: Pick<ClassifyContext, "target">): ParsedName | null | "rule_failed" {
  try {
    const parsed = target.owns.parseName(id);
    return parsed === null || Number.isFinite(parsed.stampMs) ? parsed : "rule_failed";
  } catch {
    // Somebody's rule is broken: that is told by the reason's count, and the entry is kept.
    return "rule_failed";
  }
}

function* classifySession(
  id: string,
  context: DirectoryContext & { readonly parsed: ParsedName },
): Steps<OwnedEntry | UnknownEntry> {
  const { root, target, nowMs, stats, parsed } = context;
  const path = `${root.path}/${id}`;
  const inspection = inspectSession({ name: id, parsed, path }, target.owns);
  if (inspection.status === "unknown") return { kind: "unknown", id, reason: inspection.reason, bytes: null };
  const mayBeActive = !inspection.held && !inspection.ended;
  const isActive = mayBeActive && (yield* changedSince(path, nowMs - target.activeForMs));
  return {
    kind: inspection.held ? "held" : isActive ? "active" : "owned",
    id,
    sessionId: parsed.sessionId,
    stampMs: parsed.stampMs,
    latestMs: inspection.latestMs,
    identity: { ...identityOf(stats), markerDigest: inspection.markerDigest },
    bytes: null,
  };
}
