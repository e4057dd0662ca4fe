import { CLEANUP_JOURNAL } from "./001-cleanup-journal.js";
import { DECISIONS } from "./002-decisions.js";
import { STATUS_HISTORY } from "./003-status-history.js";
import { PAGES } from "./004-pages.js";

/** Every change of the schema, in order: the schema's version is how many of them were applied. Only ever append. */
export const MIGRATIONS: readonly string[] = [CLEANUP_JOURNAL, DECISIONS, STATUS_HISTORY, PAGES];
