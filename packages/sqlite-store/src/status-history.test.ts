import { join } from "node:path";
import { decodeStrip } from "@caretaker/health";
import { HISTORY_PROMISES } from "@caretaker/health/testing";
import { expect, it } from "vitest";
import { createStatusHistory } from "./status-history.js";
import { makeDatabase, makeDirectory } from "./test-support.test.fixture.js";

const entry = (text: string) => {
  const strip = decodeStrip(text);
  if (strip === null) throw new Error(`no strip: ${text}`);
  return { series: "db", range: "1h", strip } as const;
};

it.each(HISTORY_PROMISES)("$name", ({ check }) => check(createStatusHistory(makeDatabase())));

it("is one history for two workers on one file, and outlives both", async () => {
  const path = join(makeDirectory(), "caretaker.db");
  const [one, other] = [makeDatabase(path), makeDatabase(path)];
  await createStatusHistory(one).merge([entry("100:1")]);
  await createStatusHistory(other).merge([entry("100:4")]);
  await createStatusHistory(one).merge([entry("101:1")]);
  one.close();
  other.close();
  expect(await createStatusHistory(makeDatabase(path)).merge([])).toEqual([entry("101:51")]);
});

it("writes nothing where nothing is new", async () => {
  const database = makeDatabase();
  const history = createStatusHistory(database);
  await history.merge([entry("100:13")]);
  const changes = () => database.connection.prepare("SELECT total_changes()").pluck().get();
  const before = changes();
  await history.merge([entry("100:13"), entry("100:2")]);
  expect(changes()).toBe(before);
});

it("leaves rows alone that it cannot read, until they are pruned or written anew", async () => {
  const database = makeDatabase();
  const history = createStatusHistory(database);
  database.connection.exec("INSERT INTO status_strips VALUES ('db', '1h', 'junk'), ('gone', '7d', 'junk')");
  database.connection.exec(
    "INSERT INTO status_transitions VALUES ('1-0', 1, 'db', NULL, 'up', 'sideways', 'ok', 'r', NULL)",
  );
  expect([await history.merge([]), await history.newest(5)]).toEqual([[], []]);
  expect(await history.merge([entry("100:1")])).toEqual([entry("100:1")]);
  await history.prune(100 * 60_000);
  expect(database.connection.prepare("SELECT series FROM status_strips").pluck().all()).toEqual(["db"]);
});
