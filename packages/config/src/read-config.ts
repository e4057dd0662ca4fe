import type { CaretakerConfig } from "@caretaker/worker";
import { type DefaultConfigOptions, defaultConfig } from "./default-config.js";
import { findConfig } from "./find-config.js";
import { loadConfig } from "./load-config.js";

/** What decides which configuration is used; paths are absolute, but for the named file's. */
export interface ConfigSettings extends DefaultConfigOptions {
  /** The file that was named, against the working directory; `null` for none. */
  readonly configPath: string | null;
}

/** A configuration and where it comes from. */
export interface FoundConfig {
  readonly config: CaretakerConfig;
  /** `null`: no file was found, so it is the built-in one. */
  readonly file: string | null;
}

/**
 * The configuration file's checks and targets, or the built-in ones where there is no file.
 *
 * @throws {@link InvalidConfigError} if there is a file that cannot be used.
 */
export async function readConfig(settings: ConfigSettings, workingDirectory: string): Promise<FoundConfig> {
  const file = findConfig(settings.configPath, workingDirectory);
  const config = file === null ? defaultConfig(settings) : await loadConfig(file);
  return { config, file };
}
