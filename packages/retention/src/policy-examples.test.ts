import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { OwnedEntry } from "./classified-entry.js";
import { defineTarget } from "./options/define-target.js";
import { planCleanup } from "./plan/plan-cleanup.js";
import { recorderSessions } from "./recorder/recorder-sessions.js";

const DAY_MS = 86_400_000;
const GIB = 2 ** 30;
const NOW_MS = Date.UTC(2024, 2, 1, 12);
const ROOT = { path: "/srv/recordings", dev: "1", ino: "2" };
const DISK = { freeBytes: 49 * GIB, totalBytes: 100 * GIB };
const TEXT = readFileSync(fileURLToPath(new URL("../../../docs/retention.md", import.meta.url)), "utf8");

describe("the examples of docs/retention.md", () => {
  const rows = [...TEXT.matchAll(/^\| `((?:keep|minFree): .*)` \| ([\d, ]+|nothing) \|/gm)];

  it("are found", () => {
    expect(rows).toHaveLength(8);
  });

  it.each(rows.map(([, policy = "", deletes = ""]) => [policy, deletes]))("%s deletes %s", (policy, deletes) => {
    const target = defineTarget({ name: "recordings", root: ROOT.path, owns: recorderSessions(), ...read(policy) });
    const entries = [1, 2, 9, 10, 40].map(sessionOf);
    const { candidates } = planCleanup({ root: ROOT, disk: DISK, entries }, target.policy, { nowMs: NOW_MS });
    const deleted = [...candidates].map(({ entry }) => entry.id).join(", ");
    expect(deleted || "nothing").toBe(deletes);
  });
});

/** The options as they stand in the table: JSON but for the quotes around keys. */
function read(policy: string): object {
  return JSON.parse(`{${policy.replaceAll(/(\w+):/g, '"$1":')}}`) as object;
}

/** Named by its age, so that the plan reads like the table. */
function sessionOf(days: number): OwnedEntry {
  const stampMs = NOW_MS - days * DAY_MS;
  const identity = { dev: "1", ino: `${days}`, markerDigest: "" };
  return { kind: "owned", id: `${days}`, sessionId: "call", stampMs, latestMs: stampMs, identity, bytes: GIB };
}
