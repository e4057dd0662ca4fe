import type { ClaimResult } from "../session-result.js";
import type { TreeResult } from "./tree-task.js";

/** How a deletion ended, as a claim's result. */
export function resultOf({ bytes, code }: TreeResult): ClaimResult {
  return code === null
    ? { result: "deleted", code: "ok", bytesFreed: bytes }
    : { result: "in_trash", code, bytesFreed: bytes };
}
