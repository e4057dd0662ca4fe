import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { canMount, makeRoot } from "../test-support.test.fixture.js";
import { readMountPoints } from "./mount-points.js";
import { type ValidateRootOptions, validateRoot } from "./validate-root.js";
import { validateRoots } from "./validate-roots.js";

const IS_ROOT = process.geteuid?.() === 0;

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
    await expectRefused("recordings", "not_absolute", { says: "an absolute path is needed" });
  });

  it("refuses the whole file system", async () => {
    await expectRefused("/", "file_system_root", { says: "it is the whole file system" });
  });

  it("refuses a home directory and what contains it", async () => {
    const says = `it is, or contains, the home directory ${JSON.stringify(homedir())}`;
    await expectRefused(homedir(), "home_directory", { says });
    if (dirname(homedir()) !== "/") await expectRefused(dirname(homedir()), "home_directory");
  });

  it("refuses the data directory and what contains it, but not what is in it", async () => {
    const root = makeRoot();
    const dataDir = join(root, "data");
    mkdirSync(join(dataDir, "recordings"), { recursive: true });
    const says = `it is, or contains, the forbidden directory ${JSON.stringify(dataDir)}`;
    await expectRefused(dataDir, "forbidden", { forbiddenRoots: [dataDir], says });
    await expectRefused(root, "forbidden", { forbiddenRoots: [dataDir] });
    await validateRoot({ root: join(dataDir, "recordings") }, { forbiddenRoots: [dataDir] });
  });

  it("sees through links on the way to the data directory", async () => {
    const root = makeRoot();
    symlinkSync(root, `${root}-link`);
    await expectRefused(root, "forbidden", { forbiddenRoots: [`${root}-link`] });
  });

  it.skipIf(process.platform !== "linux")("refuses a mount's top", async () => {
    const mount = readMountPoints().find((path) => path === "/dev/shm" || path === "/proc");
    await expectRefused(mount ?? "/proc", "mount_point", { says: "it is a mount's top; name a directory below it" });
  });

  it.skipIf(!canMount())(
    "refuses what is mounted from the same device (needs root, and a kernel that lets it)",
    async () => {
      const root = makeRoot();
      execFileSync("mount", ["--bind", root, root]);
      onTestFinished(() => void execFileSync("umount", [root]));
      await expectRefused(root, "mount_point");
    },
  );

  it.each([0o775, 0o757, 0o1777])("refuses a root of mode %o where its files are reached by path", async (mode) => {
    const root = makeRoot();
    chmodSync(root, mode);
    await expectRefused(root, "writable_by_others", { safety: "path" });
    await validateRoot({ root }, { safety: "handles" });
  });

  it("accepts a root that only its user may write where its files are reached by path", async () => {
    const root = makeRoot();
    chmodSync(root, 0o755);
    expect(await validateRoot({ root }, { safety: "path" })).toMatchObject({ path: root });
  });

  it.skipIf(!IS_ROOT)("refuses another user's root there (needs root to make one)", async () => {
    const root = makeRoot();
    chownSync(root, 65_534, 65_534);
    await expectRefused(root, "writable_by_others", { safety: "path" });
  });

  // Root has to become somebody else for it, which no thread may: stryker runs tests on threads.
  it.skipIf(IS_ROOT && !isMainThread)("refuses a root below what this user may not enter", async () => {
    const root = makeRoot();
    mkdirSync(join(root, "below"));
    chmodSync(root, 0);
    onTestFinished(() => chmodSync(root, 0o755));
    await asNobodySpecial(() => expectRefused(join(root, "below"), "unreadable"));
  });

  it("refuses a root whose path leads in a circle", async () => {
    const root = makeRoot();
    symlinkSync("circle", join(root, "circle"));
    await expectRefused(join(root, "circle", "below"), "unreadable");
  });
});

describe("validateRoots", () => {
  const target = (name: string, root: string) => ({ name, root });

  it("accepts roots beside one another, even where one's name begins with the other's", async () => {
    const root = makeRoot();
    mkdirSync(`${root}-too`);
    expect(await validateRoots([target("a", root), target("b", `${root}-too`)])).toBeUndefined();
  });

  it.each([
    ["the same root twice", (root: string) => [root, root]],
    ["a root in another", (root: string) => [root, join(root, "inner")]],
    ["a root around another", (root: string) => [join(root, "inner"), root]],
    ["a root in another, by a link on the way", (root: string) => [root, join(`${root}-link`, "inner")]],
  ])("refuses %s, and names both", async (_, rootsOf) => {
    const root = makeRoot();
    mkdirSync(join(root, "inner"));
    symlinkSync(root, `${root}-link`);
    const [first = "", second = ""] = rootsOf(root);
    const refusal = expect(validateRoots([target("a", first), target("b", second)])).rejects;
    await refusal.toMatchObject({ code: "ERR_ROOT_REFUSED", rule: "overlap", root: second });
    await expect(validateRoots([target("a", first), target("b", second)])).rejects.toThrow(
      `it overlaps ${JSON.stringify(first)}, the root of target "a"`,
    );
  });

  it("refuses what validateRoot refuses", async () => {
    const root = makeRoot();
    const refusal = expect(validateRoots([target("a", root)], { forbiddenRoots: [root] })).rejects;
    await refusal.toMatchObject({ rule: "forbidden" });
  });
});

/** Does it as a user whom permissions bind: root may enter everything. */
async function asNobodySpecial(work: () => Promise<void>): Promise<void> {
  if (!IS_ROOT) return work();
  process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}

async function expectRefused(
  root: string,
  rule: string,
  { says = "", ...options }: ValidateRootOptions & { readonly says?: string } = {},
): Promise<void> {
  const refusal = expect(validateRoot({ root }, options)).rejects;
  await refusal.toMatchObject({ code: "ERR_ROOT_REFUSED", rule, root });
  await expect(validateRoot({ root }, options)).rejects.toThrow(`root ${JSON.stringify(root)} is refused: ${says}`);
}
