import { createHash } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { buildPackages } from "./build-packages.mjs";
import { UserError } from "./errors.mjs";
import { installPackages } from "./install-packages.mjs";
import { makeNativeModule } from "./make-native-module.mjs";
import { takePidLock } from "./pid-lock.mjs";
import { rootDir } from "./root-dir.mjs";

/** @typedef {(line: string) => void} Say */

/**
 * Makes a clone ready to run: packages installed, native module loading, everything built. Idempotent; says one line per
 * step that had something to do. Needs nothing but Node and npm.
 *
 * @param {{ say: Say, root?: string, build?: boolean }} options `build: false` for who builds by itself
 */
export async function setUp({ say, root = rootDir, build = true }) {
  const lock = await takeTurn(root, say);
  try {
    await installPackages({ root, say });
    // The native module, because its compile is one big file, leaves a core to the build.
    const steps = await Promise.allSettled([makeNativeModule({ root, say }), build && buildPackages({ root, say })]);
    const failed = steps.find((step) => step.status === "rejected");
    if (failed) throw failed.reason;
  } finally {
    lock.release();
  }
}

/**
 * `npm start` and `npm test` in one clone at the same time would each replace node_modules under the other.
 *
 * @param {string} root
 * @param {Say} say
 */
async function takeTurn(root, say) {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  const path = join(tmpdir(), `caretaker-set-up-${userInfo().uid}-${name}.lock`);
  const deadline = performance.now() + 15 * 60_000;
  let told = false;
  for (;;) {
    const lock = takePidLock(path);
    if ("release" in lock) return lock;
    if (performance.now() > deadline)
      throw new UserError(
        `process ${lock.heldBy} has been setting up this clone for 15 minutes; if it is not, remove ${path}`,
      );
    if (!told) say(`set-up: waiting for process ${lock.heldBy}, which is setting up this clone`);
    told = true;
    await delay(100);
  }
}
