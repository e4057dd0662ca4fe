import { it } from "vitest";
import { HISTORY_PROMISES } from "../testing/history-store-contract.js";
import { createMemoryHistoryStore } from "./memory-history-store.js";

it.each(HISTORY_PROMISES)("$name", ({ check }) => check(createMemoryHistoryStore()));
