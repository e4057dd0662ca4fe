import { InvalidSettingsError } from "./errors.js";
import type { Setting, SettingsTable, SettingsValues } from "./setting.js";
import { type Environment, settingTexts } from "./setting-texts.js";

/**
 * The typed values of a table. An empty text counts as unset; variables the table does not know are ignored.
 *
 * @throws {@link InvalidSettingsError} naming every variable that is wrong, its value unless secret, and what is allowed.
 */
export function readSettings<const T extends SettingsTable>(table: T, env: Environment): SettingsValues<T> {
  const problems: string[] = [];
  const entries = [...settingTexts(table, env)].map(([key, text]) => [key, readOne(table[key], text, problems)]);
  if (problems.length > 0) throw new InvalidSettingsError(problems);
  return Object.fromEntries(entries) as SettingsValues<T>;
}

function readOne(setting: Setting | undefined, text: string | null, problems: string[]): unknown {
  if (setting === undefined || text === null) return null;
  const value = setting.reader.read(text);
  if (value === undefined) problems.push(problemOf(setting, text));
  return value;
}

function problemOf({ name, reader, secret }: Setting, text: string): string {
  const shown = secret ? "the secret given" : JSON.stringify(reader.mask?.(text) ?? text);
  return `${name}: ${shown} is not allowed; allowed: ${reader.allowed}`;
}
