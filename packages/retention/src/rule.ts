/** Why a session is kept: the first of these that holds, or the `unknown` reason. */
export type KeepRule = "active" | "held" | "keep_last" | "keep_within" | "min_age" | `unknown:${string}`;

/** Why a session is deleted: no keep rule holds. */
export type DeleteRule = "beyond_keep";

/** The rule that decided. */
export type Rule = KeepRule | DeleteRule;
