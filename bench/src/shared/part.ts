/** One part of the benchmark: callable alone, bounded in time. */
export type Part = (options: PartOptions) => Promise<PartResult>;

/** What a part is told. */
export interface PartOptions {
  /** Fewer rounds and smaller sizes: to see that it runs, not for figures. */
  readonly quick: boolean;
}

/** What a part found. */
export interface PartResult {
  readonly tables: readonly (readonly [title: string, table: string])[];
  /** What could not be measured here, with the reason. */
  readonly skipped?: readonly string[];
  /** Everything measured, for the JSON. */
  readonly figures: object;
}
