/** What a breaker holds back while the store refuses writes. */
export interface Breakable {
  pause(): void;
  resume(): void;
  /** A scripted write, tried: whether the store takes writes again. */
  isTaken(): Promise<boolean>;
}

/** Opens on an error that retrying at once cannot heal, and closes when a write is taken. */
export interface Breaker {
  /** Whether the error was of that kind. */
  report(error: Error): boolean;
  stop(): void;
}

/** Errors of a server that answers but will not do it: BullMQ's fetch loop spins on them without a delay. */
const REFUSALS = /^(OOM|READONLY|NOPERM|MISCONF|LOADING|CLUSTERDOWN|NOAUTH|WRONGPASS|NOREPLICAS)\b/;

const PROBE_MS = 500;

/** A breaker over one worker. */
export function createBreaker(worker: Breakable): Breaker {
  let timer: NodeJS.Timeout | null = null;
  const close = () => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  const probe = async () => {
    // Still refused, or gone: the connection reports that itself; the next probe asks again.
    if (!(await worker.isTaken()) || timer === null) return;
    close();
    worker.resume();
  };
  return {
    report: (error) => {
      if (!REFUSALS.test(error.message)) return false;
      if (timer !== null) return true;
      worker.pause();
      timer = setInterval(() => void probe(), PROBE_MS);
      return true;
    },
    stop: close,
  };
}
