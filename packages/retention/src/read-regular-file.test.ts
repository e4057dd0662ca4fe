import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRegularFile } from "./read-regular-file.js";
import { makeRoot } from "./test-support.test.fixture.js";

describe("readRegularFile", () => {
  it("reads a file of just as many bytes as are allowed, and none of one more", () => {
    const path = join(makeRoot(), "file");
    writeFileSync(path, "12345");
    expect(readRegularFile(path, 5)).toEqual({ status: "read", bytes: Buffer.from("12345") });
    expect(readRegularFile(path, 4)).toEqual({ status: "too_large" });
  });

  it("says what is missing, what is no file, and what cannot be read", () => {
    const root = makeRoot();
    symlinkSync("/etc/passwd", join(root, "link"));
    expect(readRegularFile(join(root, "nothing"), 5)).toEqual({ status: "missing" });
    expect(readRegularFile(join(root, "link"), 5)).toEqual({ status: "not_a_file" });
    expect(readRegularFile(root, 5)).toEqual({ status: "not_a_file" });
    expect(readRegularFile(join(root, "a".repeat(5_000)), 5)).toEqual({ status: "unreadable" });
  });

  it.skipIf(process.platform !== "linux")("takes nothing of a file that has more in it than it says", () => {
    // The kernel's own files say 0 bytes, as one would that grows between the look and the reading.
    expect(readRegularFile("/proc/self/status", 4_096)).toEqual({ status: "unreadable" });
  });

  it.skipIf(process.platform !== "linux")("leaves no file open, whatever it says", () => {
    const path = join(makeRoot(), "file");
    writeFileSync(path, "12345");
    const before = readdirSync("/proc/self/fd").length;
    for (let round = 0; round < 10; round += 1) for (const most of [4, 5]) readRegularFile(path, most);
    expect(readdirSync("/proc/self/fd").length).toBe(before);
  });
});
