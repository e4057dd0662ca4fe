import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publishedWorkspaces } from "../check/pack-packages.mjs";

/** Where the repository is. */
export const ROOT = new URL("../..", import.meta.url).pathname;

/** Every page that people read, as paths in the repository; what is generated is none of them. */
export function pages(): string[] {
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith("api/"))
    .map((name) => join("docs", name));
  const published = publishedWorkspaces(ROOT).map(({ dir }) => join(dir, "README.md"));
  return [
    "README.md",
    "examples/README.md",
    "deploy/README.md",
    "deploy/redis/README.md",
    ...docs.toSorted(),
    ...published,
  ];
}

/** A page's text. */
export function read(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/** What stands in a page's blocks of this language. */
export function blocksOf(page: string, language: string): string[] {
  const blocks = read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"));
  return [...blocks].map(([, text = ""]) => text);
}
