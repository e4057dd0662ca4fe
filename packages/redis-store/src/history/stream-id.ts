/** Whether one id of a stream, `<ms>-<n>`, stands before another. */
export function isBefore(a: string, b: string): boolean {
  const [msA = 0, countA = 0] = a.split("-").map(Number);
  const [msB = 0, countB = 0] = b.split("-").map(Number);
  return msA === msB ? countA < countB : msA < msB;
}
