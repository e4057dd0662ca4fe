export { type CheckContractOptions, type CheckHarness, checkContract, type MakeCheck } from "./check-contract.js";
export {
  type CheckStoreHarness,
  type ContractCase,
  checkStoreContract,
  type MakeCheckStore,
} from "./check-store-contract.js";
export { createFakeCheck, type FakeCheck } from "./fake-check.js";
export { type FrozenClock, frozenClock } from "./frozen-clock.js";
export { HISTORY_PROMISES, type HistoryPromise } from "./history-store-contract.js";
export {
  createMemoryCheckStore,
  type MemoryCheckStore,
  type MemoryCheckStoreOptions,
  type Transition,
} from "./memory-check-store.js";
export { createMemorySnapshotSource, type MemorySnapshotSource } from "./memory-snapshot-source.js";
export { sampleRecord } from "./sample-record.js";
export { sampleSpec } from "./sample-spec.js";
