import { InvalidSettingsError } from "./errors.js";
import { EXIT_CODES } from "./exit-codes.js";
import { formatSettings } from "./format-settings.js";
import { readSettings } from "./read-settings.js";
import { type RedisSettings, redisTargetOf } from "./redis-target.js";
import type { SettingsTable, SettingsValues } from "./setting.js";

/**
 * The settings a process starts with, from its environment. Ends the process instead where there is nothing to start:
 * settings that are not allowed are listed on stderr (exit 78), an unknown argument too (exit 2), and `--print-config`
 * prints the effective settings, secrets masked (exit 0).
 */
export function settingsOrExit<const T extends SettingsTable>(table: T): SettingsValues<T> {
  const [argument, ...more] = process.argv.slice(2);
  if (argument !== undefined && (argument !== "--print-config" || more.length > 0)) {
    end(2, `${[argument, ...more].join(" ")} is not an argument; allowed: --print-config`);
  }
  try {
    const values = readSettings(table, process.env);
    if (argument === undefined) return values;
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    end(EXIT_CODES.settings, error.message);
  }
  process.stdout.write(formatSettings(table, process.env));
  process.exit(EXIT_CODES.clean);
}

/** How to reach Redis by these settings; ends the process (exit 78) where they contradict each other. */
export function redisTargetOrExit(settings: RedisSettings): ReturnType<typeof redisTargetOf> {
  try {
    return redisTargetOf(settings);
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    end(EXIT_CODES.settings, error.message);
  }
}

function end(code: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
