/** The runs that this process has asked for and not ended, by the hash field of their check and scope key. */
export interface OpenRuns {
  isOpen(field: string): boolean;
  open(field: string, run: unknown): void;
  /** Whether it was open or not. */
  end(field: string, run: unknown): void;
}

/** None yet. */
export function createOpenRuns(): OpenRuns {
  const runs = new Map<string, Set<unknown>>();
  return {
    isOpen: (field) => runs.has(field),
    open: (field, run) => {
      runs.set(field, (runs.get(field) ?? new Set()).add(run));
    },
    end: (field, run) => {
      const left = runs.get(field);
      if (left?.delete(run) && left.size === 0) runs.delete(field);
    },
  };
}
