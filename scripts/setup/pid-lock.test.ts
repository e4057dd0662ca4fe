import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitFor } from "../testing/wait-for.ts";
import { isAlive, takePidLock } from "./pid-lock.mjs";

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "caretaker-lock-"));
  path = join(dir, "lock");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function take() {
  const lock = takePidLock(path);
  if ("heldBy" in lock) throw new Error(`held by ${lock.heldBy}`);
  return lock;
}

describe("a lock by process id", () => {
  it("is held until released, and leaves no file", () => {
    const lock = take();
    expect(takePidLock(path)).toEqual({ heldBy: process.pid });
    lock.release();
    take().release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it("is taken over from a dead process and from rubbish", () => {
    const { pid } = spawnSync("true");
    for (const content of [String(pid), "", "rubbish", "-1"]) {
      writeFileSync(path, content);
      take().release();
    }
    expect(readdirSync(dir)).toEqual([]);
  });

  it.runIf(process.platform === "linux")(
    "is taken over from a process that has ended, though nobody asked for its end",
    async () => {
      // What took the shell's place does not know that it has a child.
      const parent = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      const pid = Number(line);
      await waitFor(() => / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8")), { what: "the end of the child" });
      writeFileSync(path, String(pid));
      take().release();
      parent.kill("SIGKILL");
      await once(parent, "exit");
    },
  );

  it("is taken over from a process whose id is another's by now", () => {
    const lock = take();
    const text = readFileSync(path, "utf8");
    lock.release();
    for (const later of [`${text}0`, `${process.pid} Thu Jan  1 00:00:00 1970`]) {
      writeFileSync(path, later);
      take().release();
    }
    writeFileSync(path, text);
    expect(takePidLock(path)).toEqual({ heldBy: process.pid });
  });

  it("is left to another living process", async () => {
    const other = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
    writeFileSync(path, String(other.pid));
    expect(takePidLock(path)).toEqual({ heldBy: other.pid });
    const closed = new Promise((resolve) => other.once("close", resolve));
    other.stdin.end();
    await closed;
    take().release();
  });
});

it("calls no process alive for a number that is none", () => {
  expect([process.pid, 0, -1].map(isAlive)).toEqual([true, false, false]);
});
