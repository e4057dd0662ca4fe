/** One promise of a port, for any test runner: `for (const { name, run } of cases) it(name, run)`. */
export interface ContractCase {
  readonly name: string;
  /** Rejects when the promise is broken. */
  readonly run: () => Promise<void>;
}
