export { type DataDirectories, prepareDataDirectories, resolveDataDirectories } from "./data-directories.js";
export type { DefaultConfigOptions } from "./default-config.js";
export { InvalidConfigError } from "./errors.js";
export { type ConfigSettings, type FoundConfig, readConfig } from "./read-config.js";
