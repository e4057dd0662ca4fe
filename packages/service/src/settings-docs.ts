import type { Setting, SettingsTable } from "./setting.js";

/** The text of a `.env.example`: every variable, commented out, under its sentence and what is allowed. */
export function settingsAsEnvExample(table: SettingsTable): string {
  return Object.values(table).map(envEntry).join("\n");
}

/** A table for docs/settings.md, in Markdown: variable, default, meaning. */
export function settingsAsMarkdown(table: SettingsTable): string {
  const head = "| variable | default | meaning |\n|---|---|---|\n";
  return `${head}${Object.values(table).map(row).join("")}`;
}

function envEntry(setting: Setting): string {
  return `# ${setting.description}\n# Allowed: ${setting.reader.allowed}\n#${setting.name}=${defaultOf(setting)}\n`;
}

function row(setting: Setting): string {
  const shownDefault = defaultOf(setting) === "" ? "unset" : `\`${defaultOf(setting)}\``;
  const meaning = `${setting.description} Allowed: ${setting.reader.allowed}.`;
  return `| \`${setting.name}\` | ${cell(shownDefault)} | ${cell(meaning)} |\n`;
}

function defaultOf(setting: Setting): string {
  return typeof setting.default === "string" ? setting.default : (setting.default?.shown ?? "");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
