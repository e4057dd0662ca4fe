import type { Progress } from "../apply-plan.js";

/** What a run is doing: finishing what earlier ones left, looking, or deleting. */
export type RunPhase = "settling" | "scanning" | "deleting";

/** How far a run is in one of its phases; `total` is 0 while nobody knows it. */
export interface RunProgress extends Progress {
  readonly phase: RunPhase;
}
