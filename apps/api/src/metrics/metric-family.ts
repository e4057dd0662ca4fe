/** One number of a family: what it is of, and how much. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric with all its series, as data; a `counter` only grows, but for a store that lost its data. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly labels: readonly string[];
  readonly samples: readonly Sample[];
}

/** One series each for all the values something can have: 1 for the one it has, 0 for the others. */
export function oneOf(
  values: readonly string[],
  { label, current, labels = {} }: { label: string; current: string; labels?: Sample["labels"] },
): Sample[] {
  return values.map((value) => ({ labels: { ...labels, [label]: value }, value: value === current ? 1 : 0 }));
}

/** A series where there is a number, none where there is not. */
export function sample(labels: Sample["labels"], value: number | null): Sample[] {
  return value === null ? [] : [{ labels, value }];
}

/** Prometheus counts in seconds. */
export function toSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
