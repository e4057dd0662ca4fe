import { randomBytes } from "node:crypto";

/** An id for a run of this command, in the order of time: `cli-20261124T081500Z-1f2e3d4c`. */
export function newRunId(nowMs: number): string {
  const second = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return `cli-${second}Z-${randomBytes(4).toString("hex")}`;
}
