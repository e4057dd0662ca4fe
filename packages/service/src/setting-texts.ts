import type { Setting, SettingsTable } from "./setting.js";

/** Variables and their text, as `process.env` is. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The effective text of every setting, by its key: what the environment says, else the default, else `null`. */
export function settingTexts(table: SettingsTable, env: Environment): ReadonlyMap<string, string | null> {
  const textOf = (name: string) => textOfNamed(table, env, name);
  return new Map(Object.entries(table).map(([key, setting]) => [key, effectiveText(setting, env, textOf)]));
}

function textOfNamed(table: SettingsTable, env: Environment, name: string): string {
  const setting = Object.values(table).find((candidate) => candidate.name === name);
  if (setting === undefined) throw new Error(`the table has no setting ${name}, but a default of it needs one`);
  return effectiveText(setting, env, (other) => textOfNamed(table, env, other)) ?? "";
}

function effectiveText(setting: Setting, env: Environment, textOf: (name: string) => string): string | null {
  // Compose and systemd files write `NAME=` for "not set", so an empty text is no value.
  const given = env[setting.name] || undefined;
  if (given !== undefined) return given;
  return typeof setting.default === "object" && setting.default !== null
    ? setting.default.from(textOf)
    : setting.default;
}
