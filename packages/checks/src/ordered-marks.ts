/**
 * The problem of two marks of which the first may be at most the second; none while either cannot be parsed, which its
 * own rule reports.
 */
export function orderedMarks<T>(
  low: Readonly<Record<string, T>>,
  high: Readonly<Record<string, T>>,
  parse: (mark: T) => number,
): string[] {
  return Object.entries(low).flatMap(([lowName, lowMark]) =>
    Object.entries(high).flatMap(([highName, highMark]) =>
      isCrossed(lowMark, highMark, parse)
        ? [`${lowName} is ${lowMark}; at most ${highName}, which is ${highMark}, is allowed`]
        : [],
    ),
  );
}

function isCrossed<T>(low: T, high: T, parse: (mark: T) => number): boolean {
  try {
    return parse(low) > parse(high);
  } catch {
    return false;
  }
}
