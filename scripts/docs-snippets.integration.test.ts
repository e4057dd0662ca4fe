import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { publishedWorkspaces } from "./check/pack-packages.mjs";

const root = new URL("..", import.meta.url).pathname;
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
  ...publishedWorkspaces(root).map(({ dir }) => join(dir, "README.md")),
];

/** The TypeScript blocks of a page, each as a file of its own; what they import from the reader's own files is anything. */
function snippetsOf(page: string): { name: string; text: string }[] {
  const blocks = readFileSync(join(root, page), "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm);
  const own = /^import \{ (\w+) \} from "\.\/[^"]+";$/gm;
  return [...blocks].map(([, text = ""], index) => ({
    name: `${page.replaceAll(/\W/g, "-")}-${index}.ts`,
    text: text.replaceAll(own, "declare const $1: (...args: unknown[]) => never;"),
  }));
}

it("every TypeScript snippet of the README and the docs compiles against the built packages", {
  timeout: 60_000,
}, () => {
  // Inside node_modules, where the packages are found and nothing is tracked, linted or published.
  const directory = mkdtempSync(join(root, "node_modules", ".snippets-"));
  try {
    const snippets = pages.flatMap(snippetsOf);
    expect(snippets.length).toBeGreaterThan(3);
    for (const { name, text } of snippets) writeFileSync(join(directory, name), `${text}\nexport {};\n`);
    const compilerOptions = { noEmit: true, skipLibCheck: true, strict: true, module: "nodenext", types: ["node"] };
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    writeFileSync(join(directory, "package.json"), '{"type":"module"}');
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    execFileSync(process.execPath, [tsc, "-p", directory], { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw new Error(String((error as { stdout?: unknown }).stdout ?? error), { cause: error });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
