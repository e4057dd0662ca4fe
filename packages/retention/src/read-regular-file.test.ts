import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
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

  it.skipIf(process.platform !== "linux")("reads what there is of a file that has less in it than it says", () => {
    // These say 4,096 bytes, as one would that is cut off between the look and the reading.
    const path = "/sys/devices/system/cpu/online";
    expect(statSync(path).size).toBe(4_096);
    expect(readRegularFile(path, 4_096)).toEqual({ status: "read", bytes: readFileSync(path) });
  });

  it.skipIf(process.platform !== "linux")(
    "opens nothing but files: merely opening some devices does something",
    async () => {
      const path = join(makeRoot(), "pipe");
      execFileSync("mkfifo", [path]);
      // Who opens a pipe to write waits until somebody opens it to read.
      const writer = spawn("sh", ["-c", `echo kept > ${path}`], { stdio: "ignore" });
      const ended = once(writer, "exit");
      await vi.waitFor(() => expect(isWaiting(writer.pid)).toBe(true), { timeout: 5_000 });
      expect(readRegularFile(path, 5)).toEqual({ status: "not_a_file" });
      expect(await readFile(path, "utf8")).toBe("kept\n");
      expect(await ended).toEqual([0, null]);
    },
  );

  it.skipIf(process.platform !== "linux")("leaves no file open, whatever it says", () => {
    const path = join(makeRoot(), "file");
    writeFileSync(path, "12345");
    const before = readdirSync("/proc/self/fd").length;
    for (let round = 0; round < 10; round += 1) for (const most of [4, 5]) readRegularFile(path, most);
    expect(readdirSync("/proc/self/fd").length).toBe(before);
  });
});

/** Whether the shell has come to opening the pipe: it has nothing else to sleep for. */
function isWaiting(pid: number | undefined): boolean {
  const [stat, command] = ["stat", "cmdline"].map((name) => readFileSync(`/proc/${pid}/${name}`, "utf8"));
  return stat?.includes("(sh) S ") === true && command?.startsWith("sh\0-c") === true;
}
