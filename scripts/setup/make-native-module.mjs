import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheDir } from "./cache-dir.mjs";
import { UserError } from "./errors.mjs";
import { run } from "./run.mjs";
import { runNpm } from "./run-npm.mjs";
import { timed } from "./timed.mjs";

/** @typedef {(line: string) => void} Say */

/**
 * Makes better-sqlite3 load: as it is, else from the user's cache, else from its prebuilt download, else compiled; what
 * was made goes into the cache for the next clone. Throws a UserError that says what a compile needs.
 *
 * @param {{ root: string, say: Say }} options
 */
export async function makeNativeModule({ root, say }) {
  const module = join(root, "node_modules", "better-sqlite3");
  if (await loads(module)) return;
  const cached = cachePath(module);
  if (await restore(cached, module)) return say("better-sqlite3: restored from the cache");
  if (!(await download(module, say))) await compile(module, say);
  await store(module, cached, say);
}

/**
 * Whether the module opens a database. Tried in another process: a binary for another Node can crash the one it is
 * loaded into.
 *
 * @param {string} module
 */
export async function loads(module) {
  const script = `new (require(${JSON.stringify(module)}))(":memory:").prepare("select 1").get()`;
  return (await run(process.execPath, ["-e", script])).code === 0;
}

/** @param {string} module */
function cachePath(module) {
  const { version } = JSON.parse(readFileSync(join(module, "package.json"), "utf8"));
  const key = [version, `abi${process.versions.modules}`, process.platform, process.arch, libc()].filter(Boolean);
  return join(cacheDir(), `better-sqlite3-${key.join("-")}.node`);
}

function libc() {
  if (process.platform !== "linux") return "";
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return header.glibcVersionRuntime === undefined ? "musl" : "glibc";
}

/** @param {string} module */
function binaryPath(module) {
  return join(module, "build", "Release", "better_sqlite3.node");
}

/** @param {string} cached @param {string} module */
async function restore(cached, module) {
  if (!existsSync(cached)) return false;
  await copyWhole(cached, binaryPath(module));
  return loads(module);
}

/**
 * The package's own first choice, a binary from its release page. Bounded: a closed network may swallow the request.
 *
 * @param {string} module
 * @param {Say} say
 */
async function download(module, say) {
  const installer = join(module, "..", "prebuild-install", "bin.js");
  if (!existsSync(installer)) return false;
  const { code } = await run(process.execPath, [installer], { cwd: module, timeoutMs: 60_000 });
  if (code !== 0 || !(await loads(module))) return false;
  say("better-sqlite3: downloaded its prebuilt binary");
  return true;
}

/** @param {string} module @param {Say} say */
async function compile(module, say) {
  const why =
    "no prebuilt binary can be had, so it is compiled beside the build; usually one to two minutes, once per machine";
  await timed({ say, name: "better-sqlite3", why }, async () => {
    // Through npm, which brings its own node-gyp.
    const { code, output } = await runNpm(["run", "build-release"], { cwd: module, env: compileEnv() });
    if (code === 0 && (await loads(module))) return;
    throw new UserError(
      `${output.trim().slice(-3000)}\nbetter-sqlite3 could not be compiled. It needs python3, make and a C++ compiler ` +
        "(Debian: apt-get install -y python3 make g++; macOS: xcode-select --install).",
      { exitCode: 69 },
    );
  });
}

function compileEnv() {
  // -O1 takes a third of the time of -O3, and the journal's few rows do not notice.
  const env = { ...process.env, CFLAGS: "-O1", CXXFLAGS: "-O1" };
  const nodeDir = join(dirname(process.execPath), "..");
  // Else node-gyp downloads the headers, which fails on a closed network.
  return existsSync(join(nodeDir, "include", "node", "node.h")) ? { ...env, npm_config_nodedir: nodeDir } : env;
}

/** @param {string} module @param {string} cached @param {Say} say */
async function store(module, cached, say) {
  try {
    await copyWhole(binaryPath(module), cached);
  } catch (error) {
    say(
      `better-sqlite3: could not be kept in the cache (${error instanceof Error ? error.message : error}); the next clone builds it again`,
    );
  }
}

/**
 * Copies beside the target and renames: two clones storing or reading at once never see half a file.
 *
 * @param {string} from
 * @param {string} to
 */
async function copyWhole(from, to) {
  await mkdir(dirname(to), { recursive: true });
  const temporary = `${to}.${randomUUID()}`;
  try {
    await copyFile(from, temporary);
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
}
