import type { BeginResult, CheckKey, CheckStore, Publication } from "../check-store.js";
import { durationsBefore } from "../recent-durations.js";
import { outcomesBefore } from "../recent-outcomes.js";
import type { CheckRecord } from "../snapshot.js";
import type { State, StoredState } from "../state.js";
import { countTransition } from "../transition-count.js";

/** A change of state, as a store keeps it. */
export interface Transition {
  readonly key: CheckKey;
  readonly from: State;
  readonly to: StoredState;
  readonly runId: string;
}

/** A {@link CheckStore} without Redis, and what a test wants to see of it. */
export interface MemoryCheckStore extends CheckStore {
  record(key: CheckKey): CheckRecord | null;
  records(): readonly CheckRecord[];
  /** Oldest first. */
  transitions(): readonly Transition[];
  /** Forgets everything, as Redis does on FLUSHALL: leases, fences and records. */
  loseData(): void;
}

/** The clock that stands for the store's own, in ms: leases, fences and stamps follow it. */
export interface MemoryCheckStoreOptions {
  readonly nowMs: () => number;
}

interface Lease {
  readonly fence: string;
  readonly endsAtMs: number;
  readonly isHung: boolean;
}

interface Content {
  readonly leases: Map<string, Lease>;
  readonly fences: Map<string, { readonly fence: number; readonly isOpen: boolean }>;
  readonly records: Map<string, CheckRecord>;
  readonly transitions: Transition[];
  sequence: number;
}

/** A store in memory with the semantics of the one in Redis; both pass the same `checkStoreContract`. */
export function createMemoryCheckStore({ nowMs }: MemoryCheckStoreOptions): MemoryCheckStore {
  let content = emptyContent();
  return {
    begin: async (key, leaseMs) => begin(content, { id: idOf(key), leaseMs, nowMs: nowMs() }),
    publish: async (publication) => publish(content, publication, nowMs()),
    release: async (key, fence, hungForMs = 0) =>
      giveBack(content, { id: idOf(key), fence, hungForMs, nowMs: nowMs() }),
    record: (key) => content.records.get(idOf(key)) ?? null,
    records: () => [...content.records.values()],
    transitions: () => [...content.transitions],
    loseData: () => {
      content = emptyContent();
    },
  };
}

function emptyContent(): Content {
  return { leases: new Map(), fences: new Map(), records: new Map(), transitions: [], sequence: 0 };
}

function idOf({ check, host }: CheckKey): string {
  return JSON.stringify([check, host]);
}

// Whole microseconds of the clock, and never smaller than what was handed out before.
function tick(last: number, nowMs: number): number {
  return Math.max(Math.floor(nowMs * 1_000), last + 1);
}

function liveLease({ leases }: Content, id: string, nowMs: number): Lease | null {
  const lease = leases.get(id);
  return lease !== undefined && lease.endsAtMs > nowMs ? lease : null;
}

function begin(content: Content, { id, leaseMs, nowMs }: { id: string; leaseMs: number; nowMs: number }): BeginResult {
  const lease = liveLease(content, id, nowMs);
  if (lease !== null && !lease.isHung) return { kind: "busy" };
  const fence = tick(content.fences.get(id)?.fence ?? 0, nowMs);
  content.fences.set(id, { fence, isOpen: true });
  if (lease === null) content.leases.set(id, { fence: String(fence), endsAtMs: nowMs + leaseMs, isHung: false });
  const run = { fence: String(fence), previous: content.records.get(id) ?? null };
  return { kind: lease === null ? "begun" : "hung", run };
}

function publish(content: Content, publication: Publication, nowMs: number): "published" | "superseded" {
  const { key, fence, runId, progress, outcome, previous, hungForMs } = publication;
  const id = idOf(key);
  const newest = content.fences.get(id);
  if (newest === undefined || !newest.isOpen || String(newest.fence) !== fence) return "superseded";
  content.fences.set(id, { ...newest, isOpen: false });
  content.sequence = tick(content.sequence, nowMs);
  const atMs = Math.floor(nowMs);
  const sinceMs = previous?.state === progress.state ? previous.sinceMs : atMs;
  const { state, pending } = progress;
  const transitionCount = countTransition(previous, state);
  const stamps = { sinceMs, atMs, sequence: content.sequence, withdrawn: false, transitionCount };
  const before = { recent: outcomesBefore(previous), durationsMs: durationsBefore(previous) };
  content.records.set(id, { ...key, state, pending, outcome, runId, ...before, ...stamps });
  const from = previous?.state ?? "unknown";
  if (from !== state) content.transitions.push({ key, from, to: state, runId });
  giveBack(content, { id, fence, hungForMs: hungForMs ?? 0, nowMs });
  return "published";
}

interface GivenBack {
  readonly id: string;
  readonly fence: string;
  readonly hungForMs: number;
  readonly nowMs: number;
}

// Nobody's lease, because it has run out, is held as hung all the same: the function of its run still runs.
function giveBack(content: Content, { id, fence, hungForMs, nowMs }: GivenBack): void {
  const lease = liveLease(content, id, nowMs);
  if (lease !== null && lease.fence !== fence) return;
  if (hungForMs > 0) content.leases.set(id, { fence, endsAtMs: nowMs + hungForMs, isHung: true });
  else if (lease !== null) content.leases.delete(id);
}
