/** Why an entry is kept: the first of these that holds, or the `unknown` reason. */
export type KeepRule =
  | "active"
  | "held"
  | "restored"
  | "keep_last"
  | "keep_within"
  | "keep_daily"
  | "keep_weekly"
  | "keep_monthly"
  /** No keep rule was given, only marks, and they are met. */
  | "within_marks"
  | "min_age"
  | "backing_off"
  /** Only its marker could tell, and the scan did not read it because its own policy had no need to. */
  | "unread"
  | `unknown:${string}`;

/** Why a session is deleted: no keep rule holds, or a mark is passed and it is the oldest. */
export type DeleteRule = "beyond_keep" | "max_bytes" | "min_free";

/** The rule that decided. */
export type Rule = KeepRule | DeleteRule;
