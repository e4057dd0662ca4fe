/** What an endpoint answers, best first. */
export const VERDICTS = ["pass", "warn", "fail"] as const;

/** One of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number];

/** The worst of the verdicts; `pass` for none. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict = "pass";
  for (const verdict of verdicts) {
    if (VERDICTS.indexOf(verdict) > VERDICTS.indexOf(result)) result = verdict;
  }
  return result;
}
