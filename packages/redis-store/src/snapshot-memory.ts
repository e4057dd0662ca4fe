import { decodeRecord, EMPTY_SNAPSHOT, type Snapshot, type UnreadableRecord } from "@caretaker/health";
import type { Change } from "./change-codec.js";
import type { TargetReports } from "./cleanup-status.js";
import type { StoreContent } from "./read-store.js";
import { fromField } from "./scope-field.js";

/** The snapshot of the checks, and the cleanup targets beside it. */
export interface StoreSnapshot extends Snapshot {
  readonly targets: readonly TargetReports[];
}

/** The one copy of the store that a process answers from. */
export interface SnapshotMemory {
  current(): StoreSnapshot;
  sequence(): number;
  /** Takes over a full read. A record published while it was read is newer than the read and stays. */
  replace(content: StoreContent): void;
  /** Applies one message; `gap` where the message before it was never seen, so that a full read is due. */
  apply(change: Change): "applied" | "gap";
  setReachable(reachable: boolean): void;
}

/** An empty memory; `onUnreadable` hears of each stored value that is no record, once until it is one again. */
export function createSnapshotMemory(onUnreadable: (record: UnreadableRecord) => void): SnapshotMemory {
  let snapshot: StoreSnapshot = { ...EMPTY_SNAPSHOT, targets: [] };
  let records: StoreContent["records"] = new Map();
  let sequence = 0;
  let complained: ReadonlySet<string> = new Set();

  const change = (part: Partial<StoreSnapshot>) => {
    snapshot = { ...snapshot, ...part, version: snapshot.version + 1 };
  };
  const setRecords = (next: StoreContent["records"]) => {
    records = next;
    const unreadable = [...next].filter(([, record]) => "unreadable" in record);
    for (const [field, record] of unreadable) if (!complained.has(field)) onUnreadable(record as UnreadableRecord);
    complained = new Set(unreadable.map(([field]) => field));
  };

  return {
    current: () => snapshot,
    sequence: () => sequence,
    replace: (content) => {
      setRecords(withNewer(content, records));
      sequence = content.sequence;
      change({
        loaded: true,
        storeReachable: true,
        specs: content.specs,
        records: [...records.values()],
        workers: content.workers,
        targets: content.targets,
      });
    },
    apply: ({ previous, sequence: published, record }) => {
      const inOrder = previous === sequence;
      if (inOrder) sequence = published;
      if (record === null) return "gap";
      const decoded = decodeRecord(fromField(record.field), record.text);
      if (isNewer(decoded, records.get(record.field))) {
        setRecords(new Map([...records, [record.field, decoded]]));
        change({ records: [...records.values()] });
      }
      return inOrder ? "applied" : "gap";
    },
    setReachable: (reachable) => {
      if (snapshot.storeReachable !== reachable) change({ storeReachable: reachable });
    },
  };
}

type Stored = StoreContent["records"] extends ReadonlyMap<string, infer R> ? R : never;

/** The read's records, and over them those that a message brought meanwhile. */
function withNewer(content: StoreContent, held: StoreContent["records"]): StoreContent["records"] {
  const newer = [...held].filter(([field, record]) => {
    return (
      !("unreadable" in record) && record.sequence > content.sequence && isNewer(record, content.records.get(field))
    );
  });
  return new Map([...content.records, ...newer]);
}

function isNewer(candidate: Stored, held: Stored | undefined): boolean {
  if (held === undefined || "unreadable" in held || "unreadable" in candidate) return true;
  return candidate.sequence > held.sequence;
}
