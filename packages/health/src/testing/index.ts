export { createMemorySnapshotSource, type MemorySnapshotSource } from "./memory-snapshot-source.js";
export { sampleRecord } from "./sample-record.js";
export { sampleSpec } from "./sample-spec.js";
