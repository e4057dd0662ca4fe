import { apiSettings, readSettings, type SettingsTable, type SettingsValues, workerSettings } from "@caretaker/service";

const { balancer, drainDelayMs, statusToken } = apiSettings;

const cliSettings = { ...workerSettings, balancer, drainDelayMs, statusToken } as const satisfies SettingsTable;

/** What the command reads from the environment: what the worker reads, and of the API's what concerns reading it. */
export type CliSettings = SettingsValues<typeof cliSettings>;

/**
 * Reads them.
 *
 * @throws InvalidSettingsError naming every variable that is wrong.
 */
export function readCliSettings(env: Readonly<Record<string, string | undefined>>): CliSettings {
  return readSettings(cliSettings, env);
}

/** Where Redis is, without what is secret of it. */
export function shownRedisUrl({ redisUrl }: Pick<CliSettings, "redisUrl">): string {
  return workerSettings.redisUrl.reader.mask?.(redisUrl) ?? redisUrl;
}
