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
  return {
    begin: (key, leaseMs) => begin(run, keys, { field: toField(key), leaseMs }),
    publish: (publication) => publish(run, keys, publication),
    release: async (key, fence, hungForMs = 0) => {
      await run(RELEASE, [keys.lease(toField(key)), fence, hungForMs]);
    },
  };
}

async function begin(
  run: ScriptRunner,
  keys: Keys,
  { field, leaseMs }: { field: string; leaseMs: number },
): Promise<BeginResult> {
  const reply = (await run(BEGIN, [keys.states, keys.fences, keys.lease(field), field, leaseMs])) as string[];
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
