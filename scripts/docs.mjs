import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeApi } from "./docs/write-api.mjs";
import { rootDir } from "./setup/root-dir.mjs";

// Writes what is generated from the code: `.env.example`, the table in docs/settings.md and, for reading, docs/api. Needs
// a build.
const { allSettings, settingsAsEnvExample, settingsAsMarkdown } = await import(
  join(rootDir, "packages/service/dist/index.js")
);
const page = join(rootDir, "docs/settings.md");
const table = /(<!-- settings:[^\n]*-->\n)[\s\S]*?(<!-- \/settings -->)/;

writeFileSync(join(rootDir, ".env.example"), settingsAsEnvExample(allSettings));
writeFileSync(
  page,
  readFileSync(page, "utf8").replace(table, (_all, open, close) => open + settingsAsMarkdown(allSettings) + close),
);

const problems = await writeApi(join(rootDir, "docs/api"));
process.stderr.write(problems.map((problem) => `${problem}\n`).join(""));
process.exitCode = problems.length === 0 ? 0 : 1;
