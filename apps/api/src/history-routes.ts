import { HISTORY_RANGES } from "@caretaker/health";
import type { SnapshotReader } from "@caretaker/redis-store";
import { describeHistory, type PastSource } from "@caretaker/status/store";
import { Router } from "express";
import type { Access } from "./access.js";
import { type Problem, STORE_UNREACHABLE, sendProblem, UNKNOWN_CHECK } from "./problem.js";

/** What a history is made from. */
export interface HistoryDeps {
  readonly reader: Pick<SnapshotReader, "current" | "nowMs">;
  readonly past: PastSource;
  readonly access: Access;
}

const INVALID_RANGE: Problem = {
  status: 400,
  code: "invalid_range",
  detail: `range is one of ${HISTORY_RANGES.join(", ")}`,
};

/** `GET /?range=1h|24h|7d`, with `&check=<name>` of one check: what was. */
export function historyRoutes({ reader, past, access }: HistoryDeps): Router {
  const router = Router();
  router.get("/", access.toRead, async (request, response) => {
    const { range: asked = "1h", check = null } = request.query;
    const range = HISTORY_RANGES.find((known) => known === asked);
    if (range === undefined) return sendProblem(response, INVALID_RANGE);
    const snapshot = reader.current();
    if (check !== null && (typeof check !== "string" || !snapshot.specs.has(check))) {
      return sendProblem(response, UNKNOWN_CHECK);
    }
    const read = await past.read(check).catch(() => null);
    if (read === null) return sendProblem(response, STORE_UNREACHABLE);
    response.set("Cache-Control", "no-store");
    response.json(describeHistory({ past: read, snapshot, nowMs: reader.nowMs(), range, check }));
  });
  return router;
}
