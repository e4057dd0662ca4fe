import { isAbsolute, normalize } from "node:path";
import { type Complain, isRecord, show } from "./option-problems.js";

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Complains of a target's name that cannot be shown, stored and used in a URL. */
export function refuseName(name: unknown, complain: Complain): void {
  if (typeof name !== "string" || !NAME.test(name)) complain(`name is ${show(name)}; it must match ${NAME.source}`);
}

/** A root's path as the system reads it; complains of one that is not absolute. */
export function readRoot(root: unknown, complain: Complain): string {
  if (typeof root === "string" && isAbsolute(root) && !root.includes("\0"))
    return withoutTrailingSlash(normalize(root));
  complain(`root is ${show(root)}; an absolute path is needed`);
  return "";
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** Complains of what is no ownership rule: nobody's sessions are everybody's. */
export function refuseOwns(owns: unknown, complain: Complain): void {
  if (!isRecord(owns) || typeof owns["parseName"] !== "function" || typeof owns["inspect"] !== "function") {
    complain(`owns is ${show(owns)}; an ownership rule is needed, for example recorderSessions()`);
    return;
  }
  const marker = owns["markerName"];
  if (typeof marker !== "string" || !/^(?!\.\.?$)[^/\0]+$/.test(marker)) {
    complain(`owns.markerName is ${show(marker)}; the name of one file is needed, without a slash`);
  }
}

/** A machine's name; `null` when it is not given, or after a complaint. */
export function readHost(onHost: unknown, complain: Complain): string | null {
  if (onHost === undefined) return null;
  if (typeof onHost === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(onHost)) return onHost;
  complain(`onHost is ${show(onHost)}; a host's name is allowed`);
  return null;
}
