/** What went wrong in this process beside the promises a test awaits. */
export interface FaultWatch {
  /** One line each: rejections nobody handled, exceptions nobody caught, warnings of the process. */
  seen(): readonly string[];
  stop(): void;
}

/** Begins to listen; a fault that is listened to does not end the process. */
export function watchFaults(): FaultWatch {
  const faults: string[] = [];
  const listeners = ["unhandledRejection", "uncaughtException", "warning"].map(
    (event) => [event, (fault: unknown) => void faults.push(`${event}: ${fault}`)] as const,
  );
  for (const [event, listener] of listeners) process.on(event, listener);
  return {
    seen: () => [...faults],
    stop: () => {
      for (const [event, listener] of listeners) process.off(event, listener);
    },
  };
}
