import { checkBoundaries } from "./check-boundaries.mjs";
import { checkContainers } from "./check-containers.mjs";
import { checkLockFile } from "./check-lock-file.mjs";
import { checkPackaging } from "./check-packaging.mjs";
import { runTool } from "./run-tool.mjs";

/** @typedef {(root: string) => Promise<string[]>} Check gives the problems it found, each ready to be printed */

/**
 * What `npm run check` runs, in this order. Adding a check is one line here and, for one of our own, one file.
 *
 * @type {readonly { name: string, check: Check }[]}
 */
export const steps = [
  {
    name: "lint, format, import cycles, undeclared dependencies (biome)",
    check: (root) => runTool(root, "biome", ["check"]),
  },
  {
    name: "build and types (turbo, tsc)",
    check: (root) => runTool(root, "turbo", ["run", "build", "--output-logs=errors-only"]),
  },
  { name: "types of the tests (tsc)", check: (root) => runTool(root, "tsc", ["-p", "tsconfig.test.json"]) },
  { name: "types of the scripts (tsc)", check: (root) => runTool(root, "tsc", ["-p", "scripts/tsconfig.json"]) },
  { name: "boundaries between cores, adapters and apps (turbo)", check: checkBoundaries },
  {
    name: "dead code and unused dependencies (knip)",
    check: (root) => runTool(root, "knip", ["--no-progress", "--no-config-hints"]),
  },
  { name: "lock file complete for every platform", check: checkLockFile },
  { name: "what the packages publish", check: checkPackaging },
  { name: "Dockerfiles and docker-compose.yml", check: checkContainers },
];
