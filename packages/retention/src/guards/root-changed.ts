import { ROOT_MARKER_NAME } from "../root/root-marker.js";
import type { StandingFacts } from "./guard-facts.js";

/** Refuses a root that is not the last run's: a disk that is not mounted leaves an empty or another directory. */
export function rootChanged({ marker, lastRun }: StandingFacts): string | null {
  if (marker.status === "another") return `${ROOT_MARKER_NAME} in the root was not written by Caretaker`;
  // Nothing to compare with; an id that is there already is taken as it is.
  if (lastRun === null || lastRun.rootId === null) return null;
  if (marker.status === "missing")
    return `${ROOT_MARKER_NAME} is missing in the root, and run ${lastRun.runId} left one`;
  if (marker.rootId === lastRun.rootId) return null;
  return `the root is ${marker.rootId} by its ${ROOT_MARKER_NAME}, but run ${lastRun.runId} was in ${lastRun.rootId}`;
}
