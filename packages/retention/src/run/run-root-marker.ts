import { writeRootMarker } from "../root/root-marker.js";
import type { RunState } from "./run-state.js";

/**
 * Gives a root that has no marker of ours one. Only a plan that was allowed gets here: what stood in its place was
 * missing on the first run, or somebody has confirmed that this is the root.
 */
export async function markRoot(state: RunState): Promise<void> {
  const { target, safety, marker, guards = [] } = state;
  if (marker === undefined || marker.status === "ours") return;
  // A first run that only reports goes on where a guard refuses, and leaves alone what that guard saw.
  if (guards.some(({ guard }) => guard === "root_changed")) return;
  state.marker = { status: "ours", rootId: await writeRootMarker(target.root, safety) };
}
