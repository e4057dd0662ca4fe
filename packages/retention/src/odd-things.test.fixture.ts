import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What only some users and systems can make. */
export type Need = "device" | "mount" | "attributes" | "handles";

/** An odd thing that may stand anywhere in a root. */
export interface OddThing {
  readonly what: string;
  readonly needs?: Need;
  /** Makes it at this path; `outside` is a directory of which nothing may ever be touched. */
  make(path: string, outside: string): void;
  /** Undoes what would keep the test's directory from being removed. */
  undo?(path: string): void;
}

/** No regular file and no directory, each of which stops, fools or harms whoever opens it the plain way. */
export const NO_FILES: readonly OddThing[] = [
  { what: "a pipe", make: (path) => run("mkfifo", path) },
  { what: "a socket", make: (path) => run("python3", "-c", BIND, path) },
  { what: "a character device that never ends", needs: "device", make: (path) => run("mknod", path, "c", "1", "5") },
  { what: "a character device that blocks", needs: "device", make: (path) => run("mknod", path, "c", "5", "0") },
  { what: "a block device", needs: "device", make: (path) => run("mknod", path, "b", "7", "200") },
];

const BIND =
  "import os, socket, sys; os.chdir(os.path.dirname(sys.argv[1])); socket.socket(socket.AF_UNIX).bind(os.path.basename(sys.argv[1]))";

/** Links of every kind. */
export const LINKS: readonly OddThing[] = [
  { what: "a link to nowhere", make: (path) => symlinkSync("nowhere", path) },
  { what: "a link to itself", make: (path) => symlinkSync(path, path) },
  { what: "a link to a directory elsewhere", make: (path, outside) => symlinkSync(outside, path) },
  { what: "a link to a file elsewhere", make: (path, outside) => symlinkSync(join(outside, "precious"), path) },
  { what: "a link to a device", make: (path) => symlinkSync("/dev/zero", path) },
];

/** Names that are no session's, in bytes. */
export const ODD_NAMES: readonly Buffer[] = [
  ...[
    "a_20240101_103000\n",
    "\na_20240101_103000",
    "a\n_20240101_103000",
    " ",
    "-rf",
    "*_*",
    "$(reboot)_20240101_103000",
  ],
  ...[
    "a_20240101_103000 ",
    "ä_20240101_103000",
    "a_２０２４０１０１_103000",
    "a_20240101_103000\u202e",
    "a_20240230_103000",
  ],
  ...[
    `${"a".repeat(239)}_20240101_103000`,
    `${"\n".repeat(239)}_20240101_103000`,
    "..._20240101_103000",
    "_20240101_103000",
  ],
].map((name) => Buffer.from(name));

/** Names that are no text at all. */
export const BYTE_NAMES: readonly Buffer[] = [
  Buffer.concat([Buffer.from("caf"), Buffer.from([0xe9]), Buffer.from("_20240101_103000")]),
  Buffer.alloc(255, 0xff),
  Buffer.concat([Buffer.from([0xc3]), Buffer.from("_20240101_103000")]),
];

/** What a session may contain and nothing of which keeps it from being deleted. */
export const CONTENTS: readonly OddThing[] = [
  ...NO_FILES,
  ...LINKS,
  { what: "a hard link to a file elsewhere", make: (path, outside) => linkSync(join(outside, "precious"), path) },
  { what: "a directory that is closed to all", make: (path) => makeDirectory(path, 0) },
  { what: "a file that is closed to all", make: (path) => writeFileSync(path, "x", { mode: 0 }) },
  { what: "odd names", make: makeOddNames },
  { what: "1 GB of nothing", make: (path) => makeSparse(path, 2 ** 30) },
  { what: "directories deeper than a path may be long", needs: "handles", make: makeDeep },
];

/** A file system of its own, with something in it. */
export const MOUNTED: OddThing = {
  what: "a mounted file system",
  needs: "mount",
  make: (path) => {
    makeDirectory(path);
    run("mount", "-t", "tmpfs", "none", path);
    writeFileSync(join(path, "precious"), "precious");
  },
  undo: unmount,
};

/** What keeps a session from being deleted or even moved, with the result and the code it gets. */
export const OBSTACLES: readonly (OddThing & { readonly ends: string })[] = [
  withAttribute("an immutable file", { attribute: "i", ends: "in_trash permission" }),
  withAttribute("a file that may only grow", { attribute: "a", ends: "in_trash permission" }),
  {
    ...withAttribute("an immutable directory of its own", { attribute: "i", ends: "kept permission" }),
    ...onItself("i"),
  },
  { ...MOUNTED, what: "another file system mounted in it", ends: "kept mount_inside" },
  {
    what: "a directory elsewhere mounted in it",
    ends: "kept mount_inside",
    needs: "mount",
    make: (path, outside) => bind(path, outside),
    undo: unmount,
  },
  {
    what: "a directory elsewhere mounted in it only for reading",
    ends: "kept mount_inside",
    needs: "mount",
    make: (path, outside) => {
      bind(path, outside);
      run("mount", "-o", "remount,ro,bind", path);
    },
    undo: unmount,
  },
];

function withAttribute(what: string, { attribute, ends }: { attribute: string; ends: string }) {
  return {
    what,
    ends,
    needs: "attributes" as const,
    make: (path: string) => {
      writeFileSync(path, "precious");
      run("chattr", `+${attribute}`, path);
    },
    undo: (path: string) => void spawnSync("chattr", ["-R", "-ia", path]),
  };
}

function onItself(attribute: string): Pick<OddThing, "make" | "undo"> {
  return {
    make: (path) => run("chattr", `+${attribute}`, join(path, "..")),
    undo: (path) => void spawnSync("chattr", [`-${attribute}`, join(path, "..")]),
  };
}

function bind(path: string, outside: string): void {
  makeDirectory(path);
  run("mount", "--bind", outside, path);
}

function unmount(path: string): void {
  spawnSync("umount", ["-l", path]);
}

function makeDirectory(path: string, mode = 0o755): void {
  mkdirSync(path);
  writeFileSync(join(path, "file"), "x");
  chmodSync(path, mode);
}

function makeOddNames(path: string): void {
  mkdirSync(path);
  for (const name of [...ODD_NAMES, ...BYTE_NAMES]) {
    writeFileSync(Buffer.concat([Buffer.from(`${path}/`), name]), "odd");
  }
}

/** A file of this size that takes no room. */
export function makeSparse(path: string, bytes: number): void {
  writeFileSync(path, "");
  truncateSync(path, bytes);
}

// 300 levels of 20 bytes, by somebody who stands in each and makes the next: one path of 6,000 bytes names nothing.
function makeDeep(path: string): void {
  mkdirSync(path);
  const script =
    "import os, sys; os.chdir(sys.argv[1])\nfor _ in range(300): os.mkdir('d' * 20); os.chdir('d' * 20)\nopen('file', 'w')";
  run("python3", "-c", script, path);
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
}

/** Whether this user on this system can make what needs this. */
export function canMake(need: Need): boolean {
  const isRoot = process.platform === "linux" && process.geteuid?.() === 0;
  if (need === "attributes") return isRoot && trial("chattr", "+i", "FILE");
  if (need === "device") return isRoot && trial("mknod", "DEVICE", "c", "1", "5");
  return isRoot && trial("unshare", "-m", "true");
}

function trial(command: string, ...args: string[]): boolean {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), "trial-"));
  const file = join(directory, "file");
  writeFileSync(file, "");
  const paths: Readonly<Record<string, string>> = { FILE: file, DEVICE: join(directory, "device") };
  const { status } = spawnSync(
    command,
    args.map((arg) => paths[arg] ?? arg),
  );
  spawnSync("chattr", ["-i", file]);
  rmSync(directory, { recursive: true });
  return status === 0;
}
