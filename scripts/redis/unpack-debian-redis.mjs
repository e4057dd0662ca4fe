import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../setup/cache-dir.mjs";
import { findOnPath } from "../setup/find-on-path.mjs";
import { run } from "../setup/run.mjs";

/** @typedef {(line: string) => void} Say */

// valkey-server where a release no longer carries Redis.
const PACKAGES = ["redis-server", "valkey-server"];

/** Whether this machine has what the unpacking needs. */
export function canUnpackDebianRedis() {
  return findOnPath(["apt-get"]) !== undefined && findOnPath(["dpkg-deb"]) !== undefined;
}

/** Where an earlier run left an unpacked Redis, if one did. */
export function unpackedRedis() {
  const path = join(targetDir(), "bin", "redis-server");
  return existsSync(path) ? path : undefined;
}

/**
 * Downloads Redis and the libraries it lacks from the distribution and unpacks them into the user's cache: no root, no
 * service, nothing installed. Gives the path of a `redis-server` that runs from there.
 *
 * @param {{ say: Say }} options
 * @returns {Promise<string>} throws an Error that says which step failed
 */
export async function unpackDebianRedis({ say }) {
  const startedAt = Date.now();
  say("redis: none on this machine; unpacking the distribution's package into the cache (no root, no service)");
  await mkdir(cacheDir(), { recursive: true });
  // Unpacked beside its final place and renamed: a clone running the same step at the same time sees all or nothing.
  const work = await mkdtemp(join(cacheDir(), "redis-unpacking-"));
  try {
    await unpackInto(work, say);
    const path = await moveIntoPlace(work);
    say(`redis: unpacked in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    return path;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function targetDir() {
  return join(cacheDir(), `redis-${process.platform}-${process.arch}`);
}

/** @param {string} work @param {Say} say */
async function unpackInto(work, say) {
  const apt = await planDownload(work, say);
  const debs = join(work, "debs");
  await mkdir(debs);
  await must("apt-get", [...apt.options, "download", ...apt.packages], { cwd: debs });
  for (const name of await readdir(debs)) await must("dpkg-deb", ["-x", join(debs, name), join(work, "root")]);
  await writeWrapper(work);
  await must(join(work, "bin", "redis-server"), ["--version"]);
  await rm(debs, { recursive: true });
  await rm(join(work, "apt"), { recursive: true, force: true });
}

/** @param {string} work @param {Say} say */
async function planDownload(work, say) {
  const system = await simulate([]);
  if (system.length > 0) return { options: /** @type {string[]} */ ([]), packages: system };
  // A slim image ships without package lists, and only root may refresh the system's: keep private ones.
  const options = await privateLists(work);
  say("redis: the package lists are empty; reading them into a private directory");
  await must("apt-get", [...options, "update"]);
  const packages = await simulate(options);
  if (packages.length === 0) throw new Error(`the distribution offers none of ${PACKAGES.join(", ")}`);
  return { options, packages };
}

/** @param {string} work */
async function privateLists(work) {
  const apt = join(work, "apt");
  await mkdir(join(apt, "state", "lists", "partial"), { recursive: true });
  await mkdir(join(apt, "cache", "archives", "partial"), { recursive: true });
  return [
    `Dir::State=${join(apt, "state")}`,
    "Dir::State::status=/var/lib/dpkg/status",
    `Dir::Cache=${join(apt, "cache")}`,
    // As root apt would fetch as user _apt, who cannot write here.
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
}

/**
 * What installing Redis would add to this machine, as `name=version`; empty when no package is known.
 *
 * @param {readonly string[]} options
 */
async function simulate(options) {
  for (const name of PACKAGES) {
    const args = [...options, "install", "-s", "--no-install-recommends", name];
    const { code, stdout } = await run("apt-get", args, { env: plainEnv() });
    const packages = [...stdout.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+) /gm)].map(
      ([, pkg, version]) => `${pkg}=${version}`,
    );
    if (code === 0 && packages.length > 0) return packages;
  }
  return [];
}

/**
 * The unpacked libraries lie outside the loader's directories; one small script makes one path that works.
 *
 * @param {string} work
 */
async function writeWrapper(work) {
  const server = ["redis-server", "valkey-server"].find((name) => existsSync(join(work, "root", "usr", "bin", name)));
  if (server === undefined) throw new Error("the unpacked package holds no redis-server");
  const script = `#!/bin/sh
here=\${0%/*}/..
for dir in "$here"/root/usr/lib/*-linux-* "$here"/root/lib/*-linux-*; do
  [ -d "$dir" ] && LD_LIBRARY_PATH="$dir\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
done
export LD_LIBRARY_PATH
exec "$here/root/usr/bin/${server}" "$@"
`;
  await mkdir(join(work, "bin"));
  await writeFile(join(work, "bin", "redis-server"), script);
  await chmod(join(work, "bin", "redis-server"), 0o755);
}

/** @param {string} work */
async function moveIntoPlace(work) {
  const target = targetDir();
  try {
    await rename(work, target);
  } catch (error) {
    // Another clone was first; its copy is as good as ours.
    if (unpackedRedis() === undefined) throw error;
  }
  return join(target, "bin", "redis-server");
}

/** @param {string} command @param {readonly string[]} args @param {{ cwd?: string }} [options] */
async function must(command, args, options = {}) {
  const { code, output } = await run(command, args, { ...options, env: plainEnv() });
  if (code !== 0) throw new Error(`${command} ${args.at(-1) ?? ""} ended with ${code}: ${output.trim().slice(-800)}`);
}

function plainEnv() {
  return { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
}
