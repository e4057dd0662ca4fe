import type { Setting, SettingsTable } from "./setting.js";
import { type Environment, settingTexts } from "./setting-texts.js";

/** The effective text of every setting, one `NAME=text` a line; secrets only as `configured` or `missing`. */
export function formatSettings(table: SettingsTable, env: Environment): string {
  const lines = [...settingTexts(table, env)].map(([key, text]) => line(table[key], text));
  return `${lines.join("\n")}\n`;
}

function line(setting: Setting | undefined, text: string | null): string {
  return setting === undefined ? "" : `${setting.name}=${shown(setting, text)}`;
}

function shown({ secret, reader }: Setting, text: string | null): string {
  if (secret) return text === null ? "missing" : "configured";
  return text === null ? "" : (reader.mask?.(text) ?? text);
}
