import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeRoot, makeSession } from "../test-support.test.fixture.js";
import { recorderSessions } from "./recorder-sessions.js";
import { parseSessionName } from "./session-name.js";

const NOON = Date.UTC(2024, 0, 31, 12);

describe("recorderSessions", () => {
  it("has a name for errors, and the marker's", () => {
    expect(recorderSessions()).toMatchObject({ name: "recorder-sessions", markerName: "metadata.json" });
  });

  it.each([
    ["the end", { started_at: "2024-01-31T12:00:00Z", ended_at: "2024-01-31T12:30:00Z" }, 30],
    ["the start, where that is later", { started_at: "2024-01-31T13:00:00Z", ended_at: "2024-01-31T12:30:00Z" }, 60],
    ["the start, where there is no end", { started_at: "2024-01-31T12:00:00Z" }, 0],
    ["a time by its zone", { started_at: "2024-01-31T12:00:00Z", ended_at: "2024-01-31T15:30:00+02:00" }, 90],
  ])("takes %s for the latest moment", (_what, marker, minutes) => {
    expect(latestOf(marker)).toBe(NOON + minutes * 60_000);
  });

  it("takes a time without a zone for UTC or this machine's own, whichever is later", () => {
    const asUtc = Date.UTC(2024, 0, 31, 12, 30);
    const asLocal = new Date(2024, 0, 31, 12, 30).getTime();
    const marker = { started_at: "2024-01-31T00:00:00Z", ended_at: "2024-01-31T12:30:00" };
    expect(latestOf(marker)).toBe(Math.max(asUtc, asLocal));
  });

  // No thread may change its process's zone: stryker runs tests on threads, in the zone it was started in.
  it.skipIf(!isMainThread).each([
    ["America/New_York", 5],
    ["Asia/Kolkata", 0],
  ])("counts a time without a zone in %s as %d hours later than UTC", (zone, hours) => {
    const before = process.env["TZ"];
    onTestFinished(() => {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    });
    process.env["TZ"] = zone;
    expect(latestOf({ started_at: "2024-01-31T12:00:00" })).toBe(NOON + hours * 3_600_000);
  });
});

describe("the recorder's rule", () => {
  const inspect = (marker: string | Buffer) => {
    const root = makeRoot();
    const name = makeSession(root, "a", 31);
    writeFileSync(join(root, name, "metadata.json"), marker);
    const parsed = parseSessionName(name);
    if (parsed === null) throw new Error(`${name} is no session's name`);
    return { inspection: recorderSessions().inspect({ name, parsed, path: join(root, name) }), parsed };
  };
  const startedAt = (ms: number) => JSON.stringify({ session_id: "a", started_at: new Date(ms).toISOString() });

  it("takes name and marker for one session up to 26 hours apart, to the millisecond", () => {
    const { stampMs } = inspect("{}").parsed;
    for (const sign of [-1, 1]) {
      expect(inspect(startedAt(stampMs + sign * 26 * 3_600_000)).inspection.status).toBe("owned");
      const beyond = inspect(startedAt(stampMs + sign * (26 * 3_600_000 + 1))).inspection;
      expect(beyond).toEqual({ status: "unknown", reason: "marker_mismatch" });
    }
  });

  it("takes a marker that is no UTF-8 for unreadable", () => {
    const text = Buffer.from(`{"session_id":"a","started_at":"2024-01-31T12:00:00Z","note":"`);
    const marker = Buffer.concat([text, Buffer.from([0xff]), Buffer.from('"}')]);
    expect(inspect(marker).inspection).toEqual({ status: "unknown", reason: "marker_unreadable" });
  });

  it("keeps the marker's text, and its SHA-256 in hexadecimal", () => {
    const text = '{"session_id":"a","started_at":"2024-01-31T12:00:00Z"}';
    const markerDigest = createHash("sha256").update(text).digest("hex");
    expect(inspect(text).inspection).toMatchObject({ status: "owned", markerText: text, markerDigest });
  });
});

function latestOf(marker: Record<string, string>): number | undefined {
  const root = makeRoot();
  const name = makeSession(root, "a", 31, { marker: { session_id: "a", ...marker } });
  const parsed = parseSessionName(name);
  if (parsed === null) throw new Error(`${name} is no session's name`);
  const inspection = recorderSessions().inspect({ name, parsed, path: join(root, name) });
  return inspection.status === "owned" ? inspection.latestMs : undefined;
}
