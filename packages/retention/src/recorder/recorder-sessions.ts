import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import type { Inspection, OwnershipRule, SessionDirectory } from "../ownership.js";
import { readRegularFile } from "../read-regular-file.js";
import type { Reason } from "../reasons.js";
import type { IsoTime } from "./iso-time.js";
import { makeMarker } from "./make-marker.js";
import { MARKER_NAME, parseSessionMarker, type SessionMarker } from "./session-marker.js";
import { parseSessionName } from "./session-name.js";

const MAX_MARKER_BYTES = 4 * 1024 * 1024;
// Name and marker may each be written in any zone, and zones lie at most 26 hours apart.
const MAX_DISAGREEMENT_MS = 26 * 3_600_000;

/** The shipped recorder's sessions: `<session_id>_<YYYYMMDD>_<HHMMSS>` with a matching `metadata.json` (retention.md §2). */
export function recorderSessions(): OwnershipRule {
  return { name: "recorder-sessions", markerName: MARKER_NAME, parseName: parseSessionName, inspect, makeMarker };
}

function inspect(session: SessionDirectory): Inspection {
  const reading = readRegularFile(`${session.path}/${MARKER_NAME}`, MAX_MARKER_BYTES);
  if (reading.status !== "read") return unknown(`marker_${reading.status}`);
  const text = decode(reading.bytes);
  if (text === null) return unknown("marker_unreadable");
  const marker = parseSessionMarker(text);
  if (marker === null) return unknown("marker_invalid");
  if (!agrees(marker, session)) return unknown("marker_mismatch");
  return owned(marker, { bytes: reading.bytes, text });
}

function unknown(reason: Reason): Inspection {
  return { status: "unknown", reason };
}

function decode(bytes: Uint8Array): string | null {
  // Bytes that are not UTF-8 are an answer here: a lenient reading would let two different files look alike.
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8") : null;
}

function agrees({ sessionId, startedAt }: SessionMarker, { parsed }: SessionDirectory): boolean {
  const startedMs = startedAt.instantMs ?? startedAt.wallMs;
  return sessionId === parsed.sessionId && Math.abs(startedMs - parsed.stampMs) <= MAX_DISAGREEMENT_MS;
}

type Read = { readonly bytes: Uint8Array; readonly text: string };

function owned({ startedAt, endedAt, hold }: SessionMarker, { bytes, text }: Read): Inspection {
  return {
    status: "owned",
    ended: endedAt !== null,
    held: hold,
    markerDigest: hash("sha256", bytes, "hex"),
    markerText: text,
    latestMs: Math.max(latestOf(startedAt), endedAt === null ? Number.NEGATIVE_INFINITY : latestOf(endedAt)),
  };
}

// Without a zone it may be UTC or this machine's own; the later of the two can only keep a session longer.
function latestOf({ instantMs, wallMs }: IsoTime): number {
  if (instantMs !== null) return instantMs;
  return Math.max(wallMs, wallMs + new Date(wallMs).getTimezoneOffset() * 60_000);
}
