import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { migrate } from "./migrate.js";
import { MIGRATIONS } from "./migrations/index.js";
import { connect } from "./sqlite.js";
import { makeDatabase, makeDirectory } from "./test-support.test.fixture.js";

describe("migrate", () => {
  it("brings a new file to the newest version, and does nothing the second time", () => {
    const { connection, path } = makeDatabase();
    const schema = connection.prepare("SELECT sql FROM sqlite_master").pluck().all();
    migrate(path, connection);
    expect(connection.pragma("user_version", { simple: true })).toBe(MIGRATIONS.length);
    expect(connection.prepare("SELECT sql FROM sqlite_master").pluck().all()).toEqual(schema);
  });

  it("applies all or nothing", () => {
    const path = join(makeDirectory(), "caretaker.db");
    const connection = connect(path, { busyTimeoutMs: 0 });
    // In the way of the last statement of the first migration.
    connection.exec("CREATE TABLE cleanup_open_intents (x)");
    expect(() => migrate(path, connection)).toThrow("already exists");
    expect(connection.pragma("user_version", { simple: true })).toBe(0);
    expect(connection.prepare("SELECT name FROM sqlite_master").pluck().all()).toEqual(["cleanup_open_intents"]);
    connection.close();
  });
});
