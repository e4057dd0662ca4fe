import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineCheck } from "@caretaker/health";
import { defineTarget, RootRefusedError, recorderSessions } from "@caretaker/retention";
import { createMemoryJournal, createMemoryLock } from "@caretaker/retention/testing";
import { afterAll, expect, it } from "vitest";
import { InvalidWorkerError } from "./errors.js";
import { readWorkerOptions } from "./worker-options.js";

const root = mkdtempSync(join(tmpdir(), "caretaker-options-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const silent = () => undefined;
const base = { redis: "redis://127.0.0.1:1", log: { info: silent, warn: silent, error: silent } };
const check = defineCheck({ name: "twice", run: () => undefined });
const target = (options: { root?: string; name?: string; onHost?: string } = {}) =>
  defineTarget({ name: "sessions", root, owns: recorderSessions(), keep: { last: 1 }, ...options });
const stores = { journal: createMemoryJournal(), lock: createMemoryLock() };

it("names everything that is wrong at once", async () => {
  const wrong = readWorkerOptions({ ...base, checks: [check, check], retention: [target(), target()] });
  const error = await wrong.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InvalidWorkerError);
  expect((error as InvalidWorkerError).problems).toEqual([
    expect.stringMatching(/retention target "sessions": the name is used twice/),
    expect.stringMatching(/check "twice": .*twice/),
    expect.stringMatching(/need a journal and a lock/),
  ]);
});

it("refuses a root that is missing", async () => {
  const retention = [target({ root: join(root, "missing") })];
  await expect(readWorkerOptions({ ...base, ...stores, retention })).rejects.toThrow(RootRefusedError);
});

it("refuses two targets of one root, and one inside the other", async () => {
  const inner = join(root, "inner");
  mkdirSync(inner);
  for (const other of [root, inner]) {
    const retention = [target(), target({ root: other, name: "others" })];
    const message = new RegExp(`${other}.* overlaps .*, the root of target "sessions"`);
    await expect(readWorkerOptions({ ...base, ...stores, retention })).rejects.toThrow(message);
  }
});

it("leaves the targets of other machines alone, their roots too", async () => {
  const retention = [target({ root: join(root, "missing"), onHost: "elsewhere" })];
  expect((await readWorkerOptions({ ...base, hostId: "here", retention })).targets).toEqual([]);
});

it("refuses one name for targets of two machines, a name too long for its check, and a check that is called like one", async () => {
  const problemsOf = (names: readonly { name: string; onHost?: string }[]) =>
    readWorkerOptions({
      ...base,
      ...stores,
      checks: [defineCheck({ name: "retention-calls", run: () => undefined })],
      hostId: "here",
      retention: names.map(target),
    }).catch((error: InvalidWorkerError) => error.problems);
  expect(
    await problemsOf([
      { name: "a", onHost: "here" },
      { name: "a", onHost: "there" },
    ]),
  ).toEqual([expect.stringMatching(/retention target "a": the name is used twice/)]);
  expect(await problemsOf([{ name: "x".repeat(54) }])).toEqual([expect.stringMatching(/at most 53 are allowed/)]);
  expect(await problemsOf([{ name: "calls", onHost: "there" }])).toEqual([
    expect.stringMatching(/check "retention-calls": the name is used twice/),
  ]);
});

it.each([
  [
    { url: "ftp://hooks.test" },
    ["notify: the URL is not one of http:// or https://", "notify: the format json is signed and needs a secret"],
  ],
  [
    { url: "https://hooks.test/T0kEn", secret: "too-short" },
    ["notify: the secret has 9 characters; allowed: 16 or more"],
  ],
  [{ url: "https://hooks.test/T0kEn", format: "slack" as const }, []],
])("says what is wrong with %j, and neither the address nor the secret", async (notify, problems) => {
  const found = await readWorkerOptions({ ...base, notify }).then(
    () => [],
    (error: InvalidWorkerError) => error.problems,
  );
  expect(found).toEqual(problems);
});

it("tells nobody by default", async () => {
  expect((await readWorkerOptions(base)).notify).toBeNull();
});
