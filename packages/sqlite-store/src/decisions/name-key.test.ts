import { expect, it } from "vitest";
import { makeDatabase } from "../test-support.test.fixture.js";
import { nameKeyOf } from "./name-key.js";

const NAMES = [
  "",
  "B",
  "a",
  "aB",
  "a\u{1F600}",
  "ä",
  "\uD7FF",
  "\u{10000}",
  "\u{1F600}",
  "\u{10FFFF}",
  "\uE000",
  "\uFF61",
];

it("orders names in SQLite as JavaScript does", () => {
  const { connection } = makeDatabase();
  connection.exec("CREATE TEMP TABLE names (name TEXT, key TEXT)");
  const insert = connection.prepare("INSERT INTO names VALUES (?, CAST(? AS TEXT))");
  for (const name of NAMES) insert.run(name, nameKeyOf(name));
  expect(connection.prepare("SELECT name FROM names ORDER BY key").pluck().all()).toEqual([...NAMES].sort());
});

it("is the name itself for all but the rarest", () => {
  expect(nameKeyOf("call_ä_20240101_103000")).toBe("call_ä_20240101_103000");
  expect(nameKeyOf("a\u{1F600}")).toEqual(Buffer.from("61eda0bdedb880", "hex"));
});
