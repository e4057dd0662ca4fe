import { mkdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { OwnershipRule } from "../ownership.js";
import { recorderSessions } from "../recorder/recorder-sessions.js";
import { readRootIdentity } from "../root/root-identity.js";
import { makeRoot, makeSession, makeTarget, NOW_MS } from "../test-support.test.fixture.js";
import { atOnce } from "../turns.js";
import { classifyEntry, classifyNamedEntry } from "./classify.js";

describe("classifyEntry", () => {
  it("knows what is our own by its name alone", () => {
    for (const name of [".caretaker-trash", ".caretaker-root.json"]) {
      expect(classify(makeRoot(), name)).toEqual({ kind: "caretaker", id: name });
    }
  });

  it("says nothing of what has vanished, and unreadable of what cannot be looked at", () => {
    expect(classify(makeRoot(), "a_20240101_103000")).toBeNull();
    expect(classify(makeRoot(), "a".repeat(300))).toMatchObject({ kind: "unknown", reason: "unreadable" });
  });

  it("says other_device of a directory that is not on the root's", () => {
    const root = makeRoot();
    const id = makeSession(root, "a", 1);
    expect(classify(root, id, { dev: "0" })).toEqual({ kind: "unknown", id, reason: "other_device", bytes: null });
    expect(classify(root, id)).toMatchObject({ kind: "owned", id });
  });

  it("says name_mismatch of a directory that is not named like a session, whatever is in it", () => {
    const root = makeRoot();
    const id = makeSession(root, "a", 1, { name: "a_project_of_mine" });
    expect(classify(root, id)).toEqual({ kind: "unknown", id, reason: "name_mismatch", bytes: null });
  });

  it.each<[string, OwnershipRule["parseName"]]>([
    ["throws", () => JSON.parse("{")],
    ["knows no time", () => ({ sessionId: "a", stampMs: Number.NaN })],
    ["knows no end of time", () => ({ sessionId: "a", stampMs: Number.POSITIVE_INFINITY })],
  ])("says rule_failed where the rule for names %s", (_what, parseName) => {
    const root = makeRoot();
    mkdirSync(join(root, "a"));
    const inspect = () => ({ status: "owned", ended: true, held: false, markerDigest: "", latestMs: 0 }) as const;
    const owns = { ...recorderSessions(), parseName, inspect };
    expect(classify(root, "a", {}, owns)).toEqual({ kind: "unknown", id: "a", reason: "rule_failed", bytes: null });
  });

  it.each([
    [false, false, "active"],
    [false, true, "held"],
    [true, false, "owned"],
    [true, true, "held"],
  ])("of a session that changes still, that has ended: %s, that is held: %s, says %s", (ended, held, kind) => {
    const root = makeRoot();
    mkdirSync(join(root, "a_20240101_103000"));
    utimesSync(join(root, "a_20240101_103000"), new Date(NOW_MS), new Date(NOW_MS));
    const inspect = () => ({ status: "owned", ended, held, markerDigest: "d", latestMs: 5 }) as const;
    const owns = { ...recorderSessions(), inspect };
    const entry = classify(root, "a_20240101_103000", {}, owns);
    expect(entry).toMatchObject({ kind, sessionId: "a", latestMs: 5, identity: { markerDigest: "d" } });
  });
});

describe("classifyNamedEntry", () => {
  it("says the same of a name that is text", () => {
    const root = makeRoot();
    const id = makeSession(root, "a", 1);
    const context = { root: readRootIdentity(root), target: makeTarget(root), nowMs: NOW_MS };
    expect(atOnce(classifyNamedEntry(id, context))).toEqual(classifyEntry(Buffer.from(id), context));
    expect(atOnce(classifyNamedEntry("b_20240101_103000", context))).toBeNull();
    mkdirSync(join(root, "notes"));
    expect(atOnce(classifyNamedEntry("notes", context))).toMatchObject({ id: "notes", reason: "name_mismatch" });
  });
});

function classify(root: string, name: string, identity: { dev?: string } = {}, owns = recorderSessions()) {
  const target = makeTarget(root, { owns });
  return classifyEntry(Buffer.from(name), { root: { ...readRootIdentity(root), ...identity }, target, nowMs: NOW_MS });
}
