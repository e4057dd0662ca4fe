/** What a guard watches for (retention.md §4). Each stands for a way in which a whole root has been emptied before. */
export const GUARDS = ["too_many", "population_fell", "root_changed", "markers_unreadable", "clock_jumped"] as const;

/** One of {@link GUARDS}. */
export type Guard = (typeof GUARDS)[number];

/** A guard that refuses a plan, and its reason in a sentence with the figures. */
export interface GuardRefusal {
  readonly guard: Guard;
  readonly why: string;
}
