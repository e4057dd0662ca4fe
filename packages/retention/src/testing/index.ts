export type { ContractCase } from "./contract-case.js";
export { journalContract } from "./journal-contract.js";
export { type LockFixture, lockContract } from "./lock-contract.js";
export { createMemoryJournal, type MemoryJournal } from "./memory-journal.js";
export { createMemoryLock } from "./memory-lock.js";
