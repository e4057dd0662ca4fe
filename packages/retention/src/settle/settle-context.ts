import type { Intent } from "../journal.js";
import type { Failure } from "../report.js";
import type { OpenRoot } from "../root/open-root.js";
import type { OpenTally } from "../session-tally.js";
import type { RetentionTarget } from "../target.js";
import type { TreeWorkers } from "../trash/tree-workers.js";
import type { SettleOptions } from "./settle-open-intents.js";

/** What settling a trash needs and comes to. */
export interface SettleContext {
  readonly target: RetentionTarget;
  readonly options: SettleOptions;
  readonly open: OpenRoot;
  readonly workers: TreeWorkers;
  /** The open intents of this root that nothing was done about yet, by their claim. */
  readonly unsettled: Map<string, Intent>;
  readonly sessions: OpenTally;
  /** Records that could not be written anew, by their name in the trash. */
  readonly unkept: Failure[];
  readonly counts: { purged: number; waiting: number; waitingBytes: number; backingOff: number };
}
