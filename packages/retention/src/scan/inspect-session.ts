import { lstatSync } from "node:fs";
import type { Inspection, OwnershipRule, SessionDirectory } from "../ownership.js";

// A file of this name in a session holds it, whatever it contains.
const HOLD_NAME = ".hold";

/** What the target's rule says of a session, and whether a `.hold` file holds it; a rule that throws is `rule_failed`. */
export function inspectSession(session: SessionDirectory, owns: OwnershipRule): Inspection {
  const inspection = askRule(session, owns);
  if (inspection.status === "unknown") return inspection;
  try {
    return { ...inspection, held: inspection.held || isHeld(session.path) };
  } catch {
    // Whether it is held cannot be told; what cannot be read is kept.
    return { status: "unknown", reason: "unreadable" };
  }
}

function askRule(session: SessionDirectory, owns: OwnershipRule): Inspection {
  try {
    const inspection = owns.inspect(session);
    return isAnswer(inspection) ? inspection : { status: "unknown", reason: "rule_failed" };
  } catch {
    // Somebody's rule is broken: that is told by the reason's count, and the entry is kept.
    return { status: "unknown", reason: "rule_failed" };
  }
}

// Rules may be written in plain JavaScript, and `ended: undefined` must not read as permission to delete.
function isAnswer(inspection: Inspection): boolean {
  if (inspection.status === "unknown") return /^[a-z][a-z0-9_]{0,63}$/.test(inspection.reason);
  const { ended, held, markerDigest, markerText, latestMs } = inspection;
  return (
    inspection.status === "owned" &&
    typeof ended === "boolean" &&
    typeof held === "boolean" &&
    typeof markerDigest === "string" &&
    ["string", "undefined"].includes(typeof markerText) &&
    typeof latestMs === "number" &&
    !Number.isNaN(latestMs)
  );
}

/** Whether a `.hold` file is in the session at this path; throws the system's error. */
export function isHeld(path: string): boolean {
  // Without an error for each session that has none: making one costs more than the call.
  return lstatSync(`${path}/${HOLD_NAME}`, { throwIfNoEntry: false }) !== undefined;
}
