import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRootIdentity } from "../root/root-identity.js";
import { makeRoot, makeSession, makeTarget, markerOf } from "../test-support.test.fixture.js";
import { createSessionReader } from "./session-reader.js";

const FILES = 8_000;

// Few sessions are read in the worker's own thread, and one of them may hold as much as it likes.
describe("a session of very many files", () => {
  it.each(["measure", "classify"] as const)("lets others take their turns while it is read: %s", async (what) => {
    const root = makeRoot();
    // Without an end, so that each of its files is asked when it was changed.
    const marker = { ...markerOf("a", new Date("2024-01-01T10:30:00Z")), ended_at: null };
    const name = makeSession(root, "a", 1, { marker });
    mkdirSync(join(root, name, "below"));
    for (let index = 0; index < FILES; index += 1) writeFileSync(join(root, name, "below", `f${index}`), "");
    const identity = readRootIdentity(root);
    const nowMs = Date.now() + 30 * 86_400_000;
    const reader = createSessionReader({ root: identity, target: makeTarget(root), nowMs, safety: "path" });
    let turns = 0;
    let isDone = false;
    const reading = reader[what]([name]).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    const [answer] = await reading;
    if (what === "measure") expect(answer).toBeTypeOf("number");
    else expect(answer).toMatchObject({ kind: "owned", id: name });
    expect(turns).toBeGreaterThan(3);
    rmSync(root, { recursive: true });
  });
});
