import { describe, expect, it } from "vitest";
import * as redisStore from "./index.js";

describe("@caretaker/redis-store", () => {
  it("exports this and nothing else", () => {
    expect(Object.keys(redisStore).sort()).toEqual([
      "MAX_BEAT_JOBS",
      "MAX_BEAT_QUEUES",
      "connect",
      "connectForWorker",
      "createCleanupCancellations",
      "createCleanupReporter",
      "createErrorLimiter",
      "createInstanceGuard",
      "createKeys",
      "createNoticeStore",
      "createRedisCheckStore",
      "createRedisHistory",
      "createTargetOwner",
      "createWorkerRegistry",
      "isTransitionId",
      "readResultAges",
      "readTarget",
      "startSnapshotReader",
      "warnOfOldServer",
    ]);
  });
});
