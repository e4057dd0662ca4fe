/** The value below which this part of all values lies, 0.5 for the median; NaN of none. */
export function quantile(values: readonly number[], part: number): number {
  const position = (values.length - 1) * part;
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = sorted.slice(Math.floor(position), Math.floor(position) + 2);
  return low + (high - low) * (position - Math.floor(position));
}
