import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { journalContract } from "@caretaker/retention/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { createCleanupJournal } from "../cleanup-journal.js";
import { intent, outcome, TARGET } from "../journal-events.test.fixture.js";
import type { CaretakerDatabase } from "../open-database.js";
import { connect } from "../sqlite.js";
import { makeDatabase } from "../test-support.test.fixture.js";

const MANY = Array.from({ length: 100 }, (_, n) => intent(`many-${n}`));
const BUILT = new URL("../../dist/index.js", import.meta.url).href;

describe("the journal written on a thread", () => {
  // It is there for this one already, so that every event goes by it.
  const aside = (database: CaretakerDatabase) => {
    const { appendAside } = database;
    if (appendAside === null) throw new Error("there is no compiled thread");
    const { append } = appendAside;
    return createCleanupJournal({ ...database, appendAside: { isRunning: true, append, close: () => {} } });
  };
  for (const { name, run } of journalContract(() => aside(makeDatabase()))) it(name, run);

  it("holds up nobody while another keeps the database locked", async () => {
    const database = makeDatabase();
    const other = connect(database.path, { busyTimeoutMs: 0 });
    onTestFinished(() => void other.close());
    other.exec("BEGIN IMMEDIATE");
    const appended = Promise.resolve(createCleanupJournal(database).append(...MANY)).then(() => "appended");
    const ticked = new Promise((resolve) => setTimeout(resolve, 50, "ticked"));
    expect(await Promise.race([appended, ticked])).toBe("ticked");
    other.exec("ROLLBACK");
    expect(await appended).toBe("appended");
    expect(await createCleanupJournal(database).openIntents(TARGET)).toEqual(MANY);
  });

  it("takes all or none, and says why with the path", async () => {
    const database = makeDatabase();
    const journal = createCleanupJournal(database);
    const wrong = { ...outcome("wrong"), result: "sold" } as unknown as ReturnType<typeof outcome>;
    const { path } = database;
    await expect(journal.append(...MANY, wrong)).rejects.toMatchObject({
      code: "ERR_DB_FAILED",
      path,
      cause: { code: "SQLITE_CONSTRAINT_CHECK" },
    });
    expect(await journal.openIntents(TARGET)).toEqual([]);
    await journal.append(...MANY);
    expect(await journal.openIntents(TARGET)).toHaveLength(MANY.length);
  });

  it("keeps the order in which it was asked, few or many", async () => {
    const journal = createCleanupJournal(makeDatabase());
    const few = [intent("few-1"), intent("few-2")];
    await Promise.all([journal.append(...MANY), journal.append(...few), journal.append(outcome("many-0"))]);
    expect(await journal.openIntents(TARGET)).toEqual([...MANY.slice(1), ...few]);
  });

  it("is whole once the database was closed, and nothing but its one file is left", () => {
    const database = makeDatabase();
    void createCleanupJournal(database).append(...MANY);
    database.close();
    expect(existsSync(`${database.path}-wal`)).toBe(false);
    const again = makeDatabase(database.path);
    expect(createCleanupJournal(again).openIntents(TARGET)).toEqual(MANY);
  });

  it("keeps no process alive, and loses nothing of what was waited for", async () => {
    const { path } = makeDatabase();
    const script = `import { createCleanupJournal, openDatabase } from ${JSON.stringify(BUILT)};
      const journal = createCleanupJournal(openDatabase(process.argv[1], { log: { info() {} } }));
      await journal.append(...JSON.parse(process.argv[2]));`;
    const args = ["--input-type=module", "-e", script, path, JSON.stringify(MANY)];
    const cwd = fileURLToPath(new URL("../..", import.meta.url));
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(createCleanupJournal(makeDatabase(path)).openIntents(TARGET)).toEqual(MANY);
  });
});
