import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lockContract } from "@caretaker/retention/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTargetLock } from "./target-lock.js";
import { makeDirectory } from "./test-support.test.fixture.js";

describe("the lock in SQLite", () => {
  const fixture = () => ({ lock: createTargetLock(), roots: [makeDirectory(), makeDirectory()] as const });
  for (const { name, run } of lockContract(fixture)) it(name, run);

  it("shuts out another process, and is free as soon as that process was killed", async () => {
    const root = makeDirectory();
    const child = await holdInChild(root);
    const lock = createTargetLock();
    expect(await lock.acquire({ name: "recordings", root })).toBeNull();
    child.kill("SIGKILL");
    await once(child, "exit");
    const release = await lock.acquire({ name: "recordings", root });
    expect(release).not.toBeNull();
    await release?.();
  });

  it("meets itself under another spelling of the root", async () => {
    const root = makeDirectory();
    symlinkSync(root, join(makeDirectory(), "link"));
    const lock = createTargetLock();
    const release = await lock.acquire({ name: "recordings", root });
    expect(await lock.acquire({ name: "recordings", root: `${root}/.` })).toBeNull();
    await release?.();
  });

  it("leaves one small file in the trash", async () => {
    const root = makeDirectory();
    await (await createTargetLock().acquire({ name: "recordings", root }))?.();
    expect(readdirSync(join(root, ".caretaker-trash"))).toEqual(["lock.db"]);
  });

  it("refuses a trash that others may enter, and a lock that is no file", () => {
    const root = makeDirectory();
    mkdirSync(join(root, ".caretaker-trash/lock.db"), { recursive: true });
    chmodSync(join(root, ".caretaker-trash"), 0o755);
    const acquire = () => createTargetLock().acquire({ name: "recordings", root });
    expect(acquire).toThrow("its mode must be 0700");
    chmodSync(join(root, ".caretaker-trash"), 0o700);
    expect(acquire).toThrow("not a regular file");
  });
});

async function holdInChild(root: string): Promise<ChildProcess> {
  const script = `import { createTargetLock } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
    const release = await createTargetLock().acquire({ name: "recordings", root: process.argv[1] });
    process.stdout.write(release === null ? "busy" : "held");
    setInterval(() => {}, 1_000);`;
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, root], { cwd });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  expect(said.toString()).toBe("held");
  return child;
}
