/** What an audit can find, as operators read it in docs/retention.md, word for word. */
export const AUDIT_CODES = {
  root_changed: "The root is not the one of the last run, or a claim was made in another directory at its path.",
  deleted_in_place: "The journal says it was deleted, and it stands in its place.",
  deleted_in_trash: "The journal says it was deleted, and it lies in the trash.",
  trashed_in_place: "The journal says it waits in the trash, and it stands in its place.",
  trashed_gone: "The journal says it waits in the trash, and it is in neither.",
  kept_in_trash: "The journal says it was kept or restored, and it lies in the trash.",
  open: "Its deletion has begun and not ended: a run was killed, or could not finish it. The next run settles it.",
  changed_in_trash: "What lies in the trash is not the directory that was claimed.",
  not_journaled: "It lies in the trash with its record, and the journal does not know of it.",
  no_sidecar: "It lies in the trash without a record, so that nobody knows whose it is.",
  unfinished: "A record that was being written when its run ended. The next run removes it.",
} as const;

/** One of the keys of {@link AUDIT_CODES}. */
export type AuditCode = keyof typeof AUDIT_CODES;
