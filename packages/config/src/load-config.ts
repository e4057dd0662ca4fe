import type { CaretakerConfig } from "@caretaker/worker";
import { createJiti } from "jiti";
import { z } from "zod";
import { InvalidConfigError } from "./errors.js";

// Each entry validated itself when `defineCheck` or `defineTarget` made it; here it only has to be one.
const made = (by: string, key: string) =>
  z.custom<never>((value) => typeof value === "object" && value !== null && key in value, {
    error: `expected what ${by}() returns`,
  });

const CONFIG = z.strictObject({
  checks: z.array(made("defineCheck", "everyMs")).optional(),
  retention: z.array(made("defineTarget", "policy")).optional(),
});

/**
 * What a configuration file exports by default.
 *
 * @throws {@link InvalidConfigError} if it cannot be loaded, or exports something else; what `defineCheck` and
 * `defineTarget` throw inside it is the cause, and its message is told.
 */
export async function loadConfig(file: string): Promise<CaretakerConfig> {
  const exported = await load(file);
  const config = CONFIG.safeParse(exported);
  if (config.success) return exported as CaretakerConfig;
  const isExported = exported !== undefined && exported !== null;
  const problem = isExported ? z.prettifyError(config.error) : "has no default export";
  throw new InvalidConfigError(
    file,
    `${problem}\nallowed: export default defineConfig({ checks: […], retention: […] })`,
  );
}

async function load(file: string): Promise<unknown> {
  try {
    // A cache on disk would outlive the file it was made from.
    return await createJiti(import.meta.url, { fsCache: false }).import(file, { default: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new InvalidConfigError(file, message, { cause: error });
  }
}
