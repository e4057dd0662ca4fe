import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { loadEnvFile } from "./load-env-file.mjs";

const directory = mkdtempSync(join(tmpdir(), "caretaker-env-"));

afterEach(() => {
  delete process.env["CARETAKER_TEST_A"];
  delete process.env["CARETAKER_TEST_B"];
  rmSync(directory, { recursive: true, force: true });
});

it("takes over what the environment does not have, without a warning, and needs no file", () => {
  loadEnvFile(join(directory, "nowhere"));
  writeFileSync(join(directory, ".env"), "# a comment\nCARETAKER_TEST_A=from-file\nCARETAKER_TEST_B=from-file\n");
  process.env["CARETAKER_TEST_A"] = "set";
  loadEnvFile(directory);
  expect([process.env["CARETAKER_TEST_A"], process.env["CARETAKER_TEST_B"]]).toEqual(["set", "from-file"]);
});
