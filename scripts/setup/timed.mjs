/**
 * Runs a step between two lines: why it is done, and how long it took.
 *
 * @template T
 * @param {{ say: (line: string) => void, name: string, why: string }} step
 * @param {() => Promise<T>} work
 */
export async function timed({ say, name, why }, work) {
  const startedAt = performance.now();
  say(`${name}: ${why}`);
  const result = await work();
  say(`${name}: done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return result;
}
