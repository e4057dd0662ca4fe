import { decodeRecord, EMPTY_SNAPSHOT, type Snapshot, type UnreadableRecord } from "@caretaker/health";
import type { StoredBeat } from "./beat-codec.js";
import type { Change } from "./change-codec.js";
import type { StoreContent } from "./read-store.js";
import type { TargetReports } from "./read-targets.js";
import { fromField } from "./scope-field.js";

/** The snapshot of the checks, with what the workers are at and the cleanup targets beside it. */
export interface StoreSnapshot extends Snapshot {
  readonly workers: readonly StoredBeat[];
  readonly targets: readonly TargetReports[];
}

/** The one copy of the store that a process answers from. */
export interface SnapshotMemory {
  current(): StoreSnapshot;
  sequence(): number;
  /** A full read begins: what a message brings from here on may be newer than what the read will find. */
  beginRead(): void;
  /**
   * Takes over a full read; a newer record that a message brought meanwhile stays. `kept`, if the store has lost its
   * data: no checks would read as a pass, so the last known ones stand and age until a worker has written its own.
   */
  replace(content: StoreContent): "replaced" | "kept";
  /** Applies one message; `gap` where the message before it was never seen, so that a full read is due. */
  apply(change: Change): "applied" | "gap";
  setReachable(reachable: boolean): void;
}

/** An empty memory; `onUnreadable` hears of each stored value that is no record, once until it is one again; `onChange` of each new version. */
export function createSnapshotMemory(
  onUnreadable: (record: UnreadableRecord) => void,
  onChange: () => void = () => undefined,
): SnapshotMemory {
  let snapshot: StoreSnapshot = { ...EMPTY_SNAPSHOT, workers: [], targets: [] };
  let records: StoreContent["records"] = new Map();
  let unreadableSpecs: StoreContent["unreadableSpecs"] = new Set();
  let sequence = 0;
  const arrived = new Set<string>();
  let complained: ReadonlySet<string> = new Set();

  const change = (part: Partial<StoreSnapshot>) => {
    snapshot = { ...snapshot, ...part, version: snapshot.version + 1 };
    onChange();
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
    beginRead: () => {
      arrived.clear();
    },
    replace: (content) => {
      sequence = content.sequence;
      if (!content.isInstalled && snapshot.specs.size > 0) {
        change({ storeReachable: true });
        return "kept";
      }
      unreadableSpecs = content.unreadableSpecs;
      setRecords(
        withNewer(
          content,
          [...records].filter(([field]) => arrived.has(field)),
        ),
      );
      change({
        loaded: true,
        storeReachable: true,
        specs: content.specs,
        records: [...records.values()],
        workers: content.workers,
        targets: content.targets,
      });
      return "replaced";
    },
    apply: ({ previous, sequence: published, record }) => {
      const inOrder = previous === sequence;
      if (inOrder) sequence = published;
      if (record === null) return "gap";
      const key = fromField(record.field);
      const decoded = decodeRecord(key, record.text);
      if (!unreadableSpecs.has(key.check) && isNewer(decoded, records.get(record.field))) {
        arrived.add(record.field);
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
function withNewer(content: StoreContent, arrived: readonly [string, Stored][]): StoreContent["records"] {
  const newer = arrived.filter(([field, record]) => {
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
