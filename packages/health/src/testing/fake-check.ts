import { type CheckContext, type CheckDefinition, type CheckOptions, defineCheck } from "../check.js";
import type { CheckResult } from "../outcome.js";

/** A check whose answers a test gives. */
export interface FakeCheck {
  readonly definition: CheckDefinition;
  /** What every further run returns, or does when it is a function; a pass until told otherwise. */
  answer(result: CheckResult | CheckOptions["run"]): void;
  /** Every further run ignores its signal and does not end before {@link FakeCheck.letGo}. */
  hang(): void;
  /** Ends the runs that hang. */
  letGo(): void;
  /** How many runs have begun. */
  runs(): number;
  /** The most runs that were under way at one time. */
  mostAtOnce(): number;
}

/** A fleet check of every second unless told otherwise. */
export function createFakeCheck(options: Partial<Omit<CheckOptions, "run">> = {}): FakeCheck {
  const held: (() => void)[] = [];
  let answer: CheckOptions["run"] = () => undefined;
  let runs = 0;
  let underWay = 0;
  let mostAtOnce = 0;
  const run = async (context: CheckContext): Promise<CheckResult | undefined> => {
    runs += 1;
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    try {
      return (await answer(context)) ?? undefined;
    } finally {
      underWay -= 1;
    }
  };
  return {
    definition: defineCheck({ name: "fake", every: "1s", ...options, run }),
    answer: (result) => {
      answer = typeof result === "function" ? result : () => result;
    },
    hang: () => {
      answer = () => new Promise<undefined>((resolve) => held.push(() => resolve(undefined)));
    },
    letGo: () => {
      for (const end of held.splice(0)) end();
    },
    runs: () => runs,
    mostAtOnce: () => mostAtOnce,
  };
}
