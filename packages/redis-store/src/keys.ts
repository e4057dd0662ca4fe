/** Every Redis key and channel of one key prefix. The braces make them one Cluster slot, so one script may touch several. */
export interface Keys {
  /** BullMQ's own prefix. */
  readonly queues: string;
  /** Hash: check name → its settings as JSON, of the newest living definition set. */
  readonly registry: string;
  /** String: the digest of the definition set in {@link Keys.registry}. */
  readonly registryDigest: string;
  /** Hash: digest of a definition set → its version, in order of first appearance. */
  readonly definitions: string;
  /** Hash: check and scope key → its record. */
  readonly states: string;
  /** Hash: check and scope key → `<fence>:open` or `<fence>:done`. */
  readonly fences: string;
  /** String: the sequence of the last publication. */
  readonly sequence: string;
  /** Stream: transitions, capped. */
  readonly transitions: string;
  /** Hash: range and check and scope key → the states its last buckets saw. */
  readonly strips: string;
  /** Hash: worker id → its beat as JSON. */
  readonly workers: string;
  /** Sorted set: worker id by the time of its last beat. */
  readonly beats: string;
  /** Hash: worker id → the version of its definition set. */
  readonly workerVersions: string;
  /** Hash with expiry: API instance id → whether it has been ready once and whether it fails, as two digits. */
  readonly instances: string;
  /** Sorted set with expiry: API instance id by the time of its last beat. */
  readonly instanceBeats: string;
  /** String with expiry: the worker whose turn it is to look after the fleet's schedules. */
  readonly repairTurn: string;
  /** Sorted set: workers whose clock agrees with the store's, by the time of their last beat. */
  readonly inSync: string;
  /** Sorted set: machines by the time of their workers' last beat. */
  readonly hosts: string;
  /** Hash: retention target → its schedule and what it is doing, as JSON. */
  readonly targets: string;
  /** Hash: retention target → id of its newest report, so that a reader fetches a list only when it grew. */
  readonly reportHeads: string;
  /** String: what was told of which change of state, and where in the stream to go on, as JSON. */
  readonly notices: string;
  /** Hash with expiry: check and scope key → of when the newest news is that was delivered. */
  readonly deliveredNotices: string;
  /** Channel: a message per publication. */
  readonly changes: string;
  /** String with expiry: held by the run of one check and scope key. */
  lease(field: string): string;
  /** List: the reports of one retention target, newest first. */
  reports(target: string): string;
  /** Hash: what the published runs of one retention target came to, and the last of them. */
  cleanupSums(target: string): string;
  /** List: the ids of the runs of one retention target that were published last. */
  publishedRuns(target: string): string;
  /** String with expiry: the machine whose workers run this retention target. */
  targetOwner(target: string): string;
  /** String with expiry: somebody has cancelled this run, and why. */
  cancelledRun(target: string, runId: string): string;
}

/** The keys under `prefix`, which holds lower-case letters, digits and dashes. */
export function createKeys(prefix: string): Keys {
  const key = (name: string) => `{${prefix}}:${name}`;
  return {
    queues: key("queues"),
    registry: key("health:registry"),
    registryDigest: key("health:registry-digest"),
    definitions: key("health:definitions"),
    states: key("health:states"),
    fences: key("health:fences"),
    sequence: key("health:sequence"),
    transitions: key("health:transitions"),
    strips: key("health:strips"),
    workers: key("workers"),
    beats: key("workers:beats"),
    workerVersions: key("workers:versions"),
    instances: key("instances"),
    instanceBeats: key("instances:beats"),
    repairTurn: key("workers:repair-turn"),
    inSync: key("workers:in-sync"),
    hosts: key("workers:hosts"),
    targets: key("cleanup:targets"),
    reportHeads: key("cleanup:report-heads"),
    notices: key("notices"),
    deliveredNotices: key("notices:delivered"),
    changes: key("changes"),
    lease: (field) => key(`health:lease:${field}`),
    reports: (target) => key(`cleanup:reports:${target}`),
    cleanupSums: (target) => key(`cleanup:sums:${target}`),
    publishedRuns: (target) => key(`cleanup:published:${target}`),
    targetOwner: (target) => key(`cleanup:owner:${target}`),
    cancelledRun: (target, runId) => key(`cleanup:cancelled:${target}:${runId}`),
  };
}
