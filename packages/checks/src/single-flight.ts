/**
 * Never two at a time: a call joins the one still going on.
 *
 * A file system that hangs keeps its thread of Node's pool of four. Without this, four runs of one check would stop
 * every file access of the process.
 */
export function singleFlight<T>(start: () => Promise<T>): () => Promise<T> {
  let flight: Promise<T> | null = null;
  return () => {
    flight ??= start().finally(() => {
      flight = null;
    });
    return flight;
  };
}
