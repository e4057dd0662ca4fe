import type { SpawnedApp } from "../../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";

/** What an app holds when all garbage is collected. */
export interface Memory {
  readonly usedBytes: number;
  readonly rssBytes: number;
}

/** Asks an app that was started with `fixtures/tell-memory.mjs`. */
export async function memoryOf({ child, messages }: SpawnedApp): Promise<Memory> {
  const before = messages.filter(isMemory).length;
  child.send({ type: "tell memory" });
  return waitFor(() => messages.filter(isMemory)[before], { what: "the app's memory", timeoutMs: 20_000 });
}

function isMemory(message: unknown): message is Memory & { readonly type: "memory" } {
  return (message as { type?: unknown }).type === "memory";
}
