import type { SettingsTable } from "./setting.js";
import { type Environment, settingTexts } from "./setting-texts.js";

/** Every secret text the environment holds for a table, for the logger to keep out of its lines. */
export function secretsOf(table: SettingsTable, env: Environment): readonly string[] {
  const found = [...settingTexts(table, env)].flatMap(([key, text]) =>
    text === null ? [] : (table[key]?.reader.secretsIn?.(text) ?? []),
  );
  return [...new Set(found)];
}
