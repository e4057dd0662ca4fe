interface LiveProcess {
  /** What it is, for the message of a failed suite. */
  name: string;
  /** Ends it at once, whatever state it is in; must not throw. */
  kill: () => void;
}

// On globalThis, because a test that resets its modules would otherwise forget what it has started.
const store = globalThis as { caretakerLiveProcesses?: Set<LiveProcess> };

/** The processes started by test helpers of this test process and not yet ended. */
export function liveProcesses(): Set<LiveProcess> {
  if (store.caretakerLiveProcesses === undefined) {
    store.caretakerLiveProcesses = new Set();
    process.on("exit", killLiveProcesses);
  }
  return store.caretakerLiveProcesses;
}

/** Kills all of them and returns their names. */
export function killLiveProcesses(): string[] {
  const live = [...liveProcesses()];
  for (const { kill } of live) kill();
  liveProcesses().clear();
  return live.map(({ name }) => name);
}
