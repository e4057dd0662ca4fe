/**
 * Resolves with the first truthy value of `condition`, asked every 20 ms. Rejects after `timeoutMs` (10 s unless told)
 * naming `what` was awaited and the last error or value seen. The bound on waiting that tests use instead of sleeping.
 */
export declare function waitFor<T>(
  condition: () => T | Promise<T>,
  {
    timeoutMs,
    what,
  }?: {
    timeoutMs?: number;
    what?: string;
  },
): Promise<NonNullable<Exclude<T, false | 0 | "">>>;
