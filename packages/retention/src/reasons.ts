/**
 * The ownership rules in their order, each with the reason code of an entry that fails it: the table operators read in
 * docs/retention.md is this one, word for word.
 */
export const REASONS = {
  unreadable: "The entry, or something in it that decides, cannot be read.",
  symlink: "It is a symbolic link.",
  not_a_directory: "It is not a directory.",
  other_device: "It is a directory on another device than the root.",
  name_mismatch: "Its name is not `<session_id>_<YYYYMMDD>_<HHMMSS>` with a real calendar time.",
  marker_missing: "It has no `metadata.json`.",
  marker_not_a_file: "Its `metadata.json` is not a regular file.",
  marker_too_large: "Its `metadata.json` is larger than 4 MiB.",
  marker_unreadable: "Its `metadata.json` cannot be read, or is not strict UTF-8.",
  marker_invalid: "Its `metadata.json` is not JSON of the recorder's schema.",
  marker_mismatch: "Its `metadata.json` names another session, or a start more than 26 hours from the name's.",
  rule_failed: "An ownership rule of your own threw an error, or answered with something that is no answer.",
} as const;

/** One of the keys of {@link REASONS}. */
export type Reason = keyof typeof REASONS;
