/**
 * The steps of taking a batch of sessions, in order, then those of purging, restoring and adopting. `claimed` and
 * `compared` come once a session, `file_deleted` once a file.
 */
export const STEPS = [
  "verified",
  "intents",
  "sidecar",
  "claimed",
  "compared",
  "put_back",
  "synced",
  "file_deleted",
  "deleted",
  "sidecar_removed",
  "outcomes",
  "purge_marked",
  "restore_marked",
  "pinned",
  "restored",
  "adoption_journaled",
  "marker_begun",
  "adopted",
] as const;

/** One of {@link STEPS}: called after the step, so that a test can end the process right there. */
export type Step = (typeof STEPS)[number];
