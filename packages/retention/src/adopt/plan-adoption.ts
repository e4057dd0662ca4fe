import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type DirectoryIdentity, identityOf } from "../identity.js";
import { readRootIdentity } from "../root/root-identity.js";
import { changedSince } from "../scan/activity.js";
import { classifyEntry } from "../scan/classify.js";
import { entryPath } from "../scan/entry-name.js";
import type { RetentionTarget } from "../target.js";
import { createTimeSlices } from "../time-slices.js";
import { atOnce } from "../turns.js";

/** What adopting a session would write; nothing is written yet. */
export interface AdoptionPlan {
  readonly status: "planned";
  readonly id: string;
  /** The marker's path. */
  readonly path: string;
  /** Its content, to be written as JSON. */
  readonly marker: object;
  /** The directory it was planned for. */
  readonly identity: DirectoryIdentity;
}

/**
 * Why a directory cannot be adopted: the reason or kind its classification has, when that is not `marker_missing`;
 * `vanished`; `recently_changed`, since its recorder may yet write the marker; or `no_make_marker`.
 */
export interface AdoptionRefusal {
  readonly status: "refused";
  readonly id: string;
  readonly code: string;
  readonly why: string;
}

/**
 * Says which marker a directory would get that has a session's name and no marker at all. Reads only.
 *
 * @throws {@link RootRefusedError}, and the system's error when something in the directory cannot be read.
 */
export async function planAdoption(
  target: RetentionTarget,
  id: string,
  { nowMs }: { readonly nowMs: number },
): Promise<AdoptionPlan | AdoptionRefusal> {
  const { owns } = target;
  const root = readRootIdentity(target.root);
  // Anything but one name could lead out of the root.
  const parsed = /^(?!\.\.?$)[^/\0]+$/.test(id) ? owns.parseName(id) : null;
  if (parsed === null) return refuse(id, "name_mismatch", "its name is no session's");
  const entry = classifyEntry(Buffer.from(id), { root, target, nowMs });
  const code = entry === null ? "vanished" : entry.kind === "unknown" ? entry.reason : entry.kind;
  if (code !== "marker_missing") return refuse(id, code, WHY[code] ?? "only a directory without any marker is adopted");
  const path = join(root.path, id);
  if (atOnce(changedSince(path, nowMs - target.activeForMs))) {
    return refuse(id, "recently_changed", "something in it changed a short while ago; its recorder may be at work");
  }
  const facts = { endedAtMs: Math.max(await lastChangeIn(path), parsed.stampMs), adoptedAtMs: nowMs };
  const marker = owns.makeMarker?.({ name: id, parsed }, facts);
  if (marker === undefined) return refuse(id, "no_make_marker", `the rule ${owns.name} cannot make markers`);
  const identity = identityOf(lstatSync(path, { bigint: true }));
  return { status: "planned", id, path: join(path, owns.markerName), marker, identity };
}

const WHY: Readonly<Record<string, string>> = {
  vanished: "there is no such directory in the root",
  owned: "it has a marker already",
  active: "it has a marker already",
  held: "it has a marker already",
};

function refuse(id: string, code: string, why: string): AdoptionRefusal {
  return { status: "refused", id, code, why };
}

/**
 * The last modification in a directory at any depth, in ms since the epoch; follows no link and leaves other devices
 * alone. Not the time of change, which a copy or a restored backup sets anew.
 */
async function lastChangeIn(path: string): Promise<number> {
  const rest = createTimeSlices();
  const { dev, mtimeMs } = lstatSync(path);
  const open: Buffer[] = [Buffer.from(path)];
  let lastMs = mtimeMs;
  for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
    for (const name of readdirSync(directory, { encoding: "buffer" })) {
      await rest();
      const child = entryPath(directory, name);
      const stats = lstatSync(child);
      lastMs = Math.max(lastMs, stats.mtimeMs);
      if (stats.isDirectory() && stats.dev === dev) open.push(child);
    }
  }
  return Math.floor(lastMs);
}
