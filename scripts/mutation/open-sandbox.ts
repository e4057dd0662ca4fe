import { chmodSync } from "node:fs";

/**
 * Lets other users read stryker's copy, which is the working directory: it is made for its own user alone, and a test
 * that is run by root starts a child as somebody else, who loads the package from there.
 */
export function setup(): void {
  chmodSync(process.cwd(), 0o755);
}
