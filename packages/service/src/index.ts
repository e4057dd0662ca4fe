// Environment

export { allSettings, apiSettings, workerSettings } from "./caretaker-settings.js";
export { InvalidSettingsError } from "./errors.js";
export { formatSettings } from "./format-settings.js";
export { readSettings } from "./read-settings.js";
export {
  duration,
  durationOrZero,
  flag,
  type HostAndPort,
  integer,
  oneOf,
  path,
  percent,
  port,
  secret,
  size,
  text,
} from "./readers.js";
export { type RedisSettings, redisTargetOf } from "./redis-target.js";
export { redisUrl } from "./redis-url.js";
export { secretsOf } from "./secrets-of.js";
export type { DerivedDefault, Reader, Setting, SettingsTable, SettingsValues } from "./setting.js";
export type { Environment } from "./setting-texts.js";
export { settingsAsEnvExample, settingsAsMarkdown } from "./settings-docs.js";
export { redisTargetOrExit, settingsOrExit } from "./settings-or-exit.js";

// Log

export { type LogConsoleOptions, logConsole, type Printer } from "./log-console.js";
export { createLogger, LOG_LEVELS, type LogFields, type Logger, type LoggerOptions, type LogLevel } from "./logger.js";

// Stop

export { EXIT_CODES } from "./exit-codes.js";
export { createShutdown, type Shutdown, type ShutdownOptions } from "./shutdown.js";
export type { ShutdownStep } from "./shutdown-steps.js";

// Time

export { type Clock, systemClock } from "./clock.js";
