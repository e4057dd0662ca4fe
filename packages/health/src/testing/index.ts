export { createMemorySnapshotSource, type MemorySnapshotSource } from "./memory-snapshot-source.js";
