import { setTimeout as delay } from "node:timers/promises";
/**
 * Resolves with the first truthy value of `condition`, asked every 20 ms. Rejects after `timeoutMs` (10 s unless told)
 * naming `what` was awaited and the last error or value seen. The bound on waiting that tests use instead of sleeping.
 */
export async function waitFor(condition, { timeoutMs = 10_000, what = "a condition" } = {}) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { value, error } = await ask(condition);
    if (value) return value;
    if (performance.now() >= deadline) {
      const last = error === undefined ? `last value: ${String(value)}` : `last error: ${String(error)}`;
      throw new Error(`waited ${timeoutMs} ms for ${what}; ${last}`, { cause: error });
    }
    await delay(20);
  }
}
async function ask(condition) {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}
//# sourceMappingURL=wait-for.js.map
