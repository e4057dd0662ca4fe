import { randomUUID } from "node:crypto";
import {
  type BeginResult,
  type CheckRecord,
  type CheckStore,
  countTransition,
  decodeRecord,
  durationsBefore,
  encodeBody,
  encodeCause,
  outcomesBefore,
  type Publication,
} from "@caretaker/health";
import type { Redis } from "ioredis";
import type { Keys } from "./keys.js";
import { createOpenRuns } from "./open-runs.js";
import { fromField, toField } from "./scope-field.js";
import { BEGIN } from "./scripts/begin.js";
import { PUBLISH } from "./scripts/publish.js";
import { RELEASE } from "./scripts/release.js";
import { createScriptRunner, type ScriptRunner } from "./scripts/script.js";

/** How many transitions the stream keeps, roughly. */
const MAX_TRANSITIONS = 10_000;

/** The worker's side of the store in Redis: each method is one script, so nothing is read, changed and written back. */
export function createRedisCheckStore(client: Redis, keys: Keys): CheckStore {
  const run = createScriptRunner(client);
  const runs = createOpenRuns();
  const owner = randomUUID();
  return {
    begin: async (key, leaseMs) => {
      const field = toField(key);
      const isIdle = !runs.isOpen(field);
      const wish = Symbol(field);
      runs.open(field, wish);
      try {
        const result = await begin(run, keys, { field, leaseMs, owner, isIdle });
        if (result.kind !== "busy") runs.open(field, result.run.fence);
        return result;
      } finally {
        runs.end(field, wish);
      }
    },
    publish: async (publication) => {
      try {
        return await publish(run, keys, publication);
      } finally {
        runs.end(toField(publication.key), publication.fence);
      }
    },
    release: async (key, fence, hungForMs = 0) => {
      const field = toField(key);
      runs.end(field, fence);
      await run(RELEASE, [keys.lease(field), fence, hungForMs]);
    },
  };
}

interface Wish {
  readonly field: string;
  readonly leaseMs: number;
  readonly owner: string;
  readonly isIdle: boolean;
}

async function begin(run: ScriptRunner, keys: Keys, { field, leaseMs, owner, isIdle }: Wish): Promise<BeginResult> {
  const reply = (await run(BEGIN, [
    keys.states,
    keys.fences,
    keys.lease(field),
    field,
    leaseMs,
    owner,
    isIdle ? 1 : 0,
  ])) as string[];
  const [kind, fence = "", record] = reply;
  if (kind === "busy") return { kind };
  const previous = typeof record === "string" ? readable(field, record) : null;
  return { kind: kind === "hung" ? "hung" : "begun", run: { fence, previous } };
}

function readable(field: string, text: string): CheckRecord | null {
  const record = decodeRecord(fromField(field), text);
  return "unreadable" in record ? null : record;
}

async function publish(run: ScriptRunner, keys: Keys, publication: Publication): Promise<"published" | "superseded"> {
  const { key, fence, runId, progress, outcome, previous, hungForMs } = publication;
  const field = toField(key);
  const before = { recent: outcomesBefore(previous), durationsMs: durationsBefore(previous) };
  const transitionCount = countTransition(previous, progress.state);
  const unchanged = previous?.state === progress.state;
  const reply = await run(PUBLISH, [
    keys.states,
    keys.fences,
    keys.lease(field),
    keys.sequence,
    keys.transitions,
    field,
    fence,
    encodeBody({ ...progress, outcome, runId, ...before, transitionCount }),
    unchanged ? previous.sinceMs : "",
    previous?.state ?? "unknown",
    progress.state,
    outcome.code,
    runId,
    keys.changes,
    hungForMs ?? 0,
    MAX_TRANSITIONS,
    unchanged ? "" : encodeCause(previous, outcome),
  ]);
  return reply === "published" ? "published" : "superseded";
}
