import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readMountPoints } from "./mount-points.js";
import { makeRoot } from "./test-support.test.fixture.js";
import { validateRoot } from "./validate-root.js";

describe("validateRoot", () => {
  it("accepts a real directory and says which one it is", async () => {
    const root = makeRoot();
    expect(await validateRoot({ root })).toEqual({ path: root, dev: expect.any(String), ino: expect.any(String) });
  });

  it("refuses what is missing", async () => {
    await expectRefused(join(makeRoot(), "nowhere"), "missing");
  });

  it("refuses a file", async () => {
    const path = join(makeRoot(), "file");
    writeFileSync(path, "");
    await expectRefused(path, "not_a_directory");
  });

  it("refuses a symbolic link, even to a good directory", async () => {
    const root = makeRoot();
    symlinkSync(root, `${root}-link`);
    await expectRefused(`${root}-link`, "symlink");
  });

  it("refuses a relative path", async () => {
    await expectRefused("recordings", "not_absolute");
  });

  it("refuses the whole file system", async () => {
    await expectRefused("/", "file_system_root");
  });

  it("refuses a home directory and what contains it", async () => {
    await expectRefused(homedir(), "home_directory");
    if (dirname(homedir()) !== "/") await expectRefused(dirname(homedir()), "home_directory");
  });

  it("refuses the data directory and what contains it, but not what is in it", async () => {
    const root = makeRoot();
    const dataDir = join(root, "data");
    mkdirSync(join(dataDir, "recordings"), { recursive: true });
    await expectRefused(dataDir, "forbidden", [dataDir]);
    await expectRefused(root, "forbidden", [dataDir]);
    await validateRoot({ root: join(dataDir, "recordings") }, { forbiddenRoots: [dataDir] });
  });

  it("sees through links on the way to the data directory", async () => {
    const root = makeRoot();
    symlinkSync(root, `${root}-link`);
    await expectRefused(root, "forbidden", [`${root}-link`]);
  });

  it.skipIf(process.platform !== "linux")("refuses a mount's top", async () => {
    const mount = readMountPoints().find((path) => path === "/dev/shm" || path === "/proc");
    await expectRefused(mount ?? "/proc", "mount_point");
  });
});

async function expectRefused(root: string, rule: string, forbiddenRoots: string[] = []): Promise<void> {
  const refusal = expect(validateRoot({ root }, { forbiddenRoots })).rejects;
  await refusal.toMatchObject({ code: "ERR_ROOT_REFUSED", rule, root });
  await expect(validateRoot({ root }, { forbiddenRoots })).rejects.toThrow(`root ${JSON.stringify(root)} is refused`);
}
