import { type DataDirectories, type FoundConfig, readConfig, resolveDataDirectories } from "@caretaker/config";
import { redisTargetOf } from "@caretaker/service";
import type { CliContext } from "./context.js";
import { type CliSettings, readCliSettings } from "./settings.js";

/** What the worker app would run here: the settings, where its files are, and its checks and targets. */
export interface OpenConfig extends FoundConfig {
  readonly settings: CliSettings;
  readonly directories: DataDirectories;
}

/**
 * Reads what the worker app reads, and makes nothing.
 *
 * @throws InvalidSettingsError, or InvalidConfigError if the configuration file cannot be used.
 */
export async function openConfig({ env, cwd }: Pick<CliContext, "env" | "cwd">): Promise<OpenConfig> {
  const settings = readCliSettings(env);
  const directories = resolveDataDirectories(settings);
  const found = await readConfig({ ...settings, ...directories, redis: redisTargetOf(settings) }, cwd);
  return { ...found, settings, directories };
}
