import { InvalidConfigError } from "@caretaker/config";
import { InvalidCheckError } from "@caretaker/health";
import { InvalidTargetError, RootRefusedError } from "@caretaker/retention";
import { EXIT_CODES, type Logger } from "@caretaker/service";
import { DatabaseError } from "@caretaker/sqlite-store";
import { InvalidWorkerError } from "@caretaker/worker";

const SET_UP_WRONGLY = [
  DatabaseError,
  InvalidCheckError,
  InvalidConfigError,
  InvalidTargetError,
  InvalidWorkerError,
  RootRefusedError,
];

/** Says why the worker cannot start and ends it: 78 for what the operator has to mend, 1 for a fault. */
export async function endOnStartError(error: unknown, log: Logger): Promise<never> {
  const isSetUpWrongly = SET_UP_WRONGLY.some((type) => error instanceof type);
  if (isSetUpWrongly) log.error((error as Error).message, { code: (error as { code?: unknown }).code });
  else log.error("cannot start", { error });
  await log.flush();
  process.exit(isSetUpWrongly ? EXIT_CODES.settings : EXIT_CODES.fault);
}
