/** The steps of taking one session, in order; `file_deleted` comes once a file. */
export const STEPS = [
  "verified",
  "intent",
  "sidecar",
  "claimed",
  "synced",
  "compared",
  "file_deleted",
  "deleted",
  "sidecar_removed",
  "outcome",
] as const;

/** One of {@link STEPS}: called after the step, so that a test can end the process right there. */
export type Step = (typeof STEPS)[number];
