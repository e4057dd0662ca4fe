import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "./errors.mjs";
import { runNpm } from "./run-npm.mjs";
import { timed } from "./timed.mjs";

/**
 * Installs what package-lock.json says, if node_modules does not hold exactly that. No package's script is run: the one
 * that is needed (the native module) is built by the step that follows.
 *
 * @param {{ root: string, say: (line: string) => void }} options
 */
export async function installPackages({ root, say }) {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  const hash = createHash("sha256").update(lock).digest("hex");
  const marker = join(root, "node_modules", ".caretaker-installed");
  if (existsSync(marker) && readFileSync(marker, "utf8") === hash) return;
  if (!holdsWhatLockSays(lock, join(root, "node_modules", ".package-lock.json"))) await install(root, say);
  writeFileSync(marker, hash);
}

/**
 * True after a developer's own `npm install`. npm writes its hidden lock last, so an interrupted one does not count.
 *
 * @param {string} lock
 * @param {string} hiddenLockPath
 */
function holdsWhatLockSays(lock, hiddenLockPath) {
  if (!existsSync(hiddenLockPath)) return false;
  const wanted = JSON.parse(lock).packages;
  const present = JSON.parse(readFileSync(hiddenLockPath, "utf8")).packages;
  const paths = Object.keys(wanted).filter((path) => path.includes("node_modules/"));
  return (
    Object.keys(present).every((path) => wanted[path] !== undefined) &&
    // Another platform's optional binaries are rightly absent.
    paths.every((path) => present[path]?.version === wanted[path].version || (wanted[path].optional && !present[path]))
  );
}

/** @param {string} root @param {(line: string) => void} say */
async function install(root, say) {
  const why = existsSync(join(root, "node_modules"))
    ? "node_modules is not what package-lock.json says"
    : "nothing is installed yet";
  await timed({ say, name: "install", why: `npm ci, because ${why}; about a minute` }, async () => {
    // NODE_ENV=production would leave out the compiler that the build needs.
    const args = ["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"];
    const { code, output } = await runNpm(args, { cwd: root });
    if (code !== 0) throw new UserError(`npm ci failed with ${code}:\n${explain(output)}`);
  });
}

/**
 * npm adds its whole usage to an error; the cause stands before it.
 *
 * @param {string} output
 */
function explain(output) {
  const lines = output.split("\n").filter((line) => line.startsWith("npm error"));
  const usage = lines.findIndex((line) => /clean install a project|^npm error Usage:/i.test(line));
  return lines.slice(0, usage === -1 ? 40 : usage).join("\n") || output.trim().slice(-2000);
}
