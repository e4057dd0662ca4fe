import type { CheckDefinition } from "@caretaker/health";
import type { RetentionTarget } from "@caretaker/retention";

/** The checks and retention targets of one fleet, as `caretaker.config.ts` exports them by default. */
export interface CaretakerConfig {
  /** Made by `defineCheck` or by a ready-made check. Default none. */
  readonly checks?: readonly CheckDefinition[];
  /** Made by `defineTarget`. Default none. */
  readonly retention?: readonly RetentionTarget[];
}

/** Gives `caretaker.config.ts` its types. */
export function defineConfig(config: CaretakerConfig): CaretakerConfig {
  return config;
}
