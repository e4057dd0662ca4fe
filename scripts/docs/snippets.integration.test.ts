import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { blocksOf, pages, ROOT } from "./pages.ts";

// What docs/migrating.md comes from: not installed here, so that its snippets are held to their syntax and our types.
const OTHERS = ["@godaddy/terminus", "lightship", "express-actuator"];

/** The TypeScript blocks of a page, each as a file of its own; what they import from the reader's own files is anything. */
function snippetsOf(page: string): { name: string; text: string }[] {
  const own = /^import \{ (\w+) \} from "\.\/[^"]+";$/gm;
  return blocksOf(page, "ts").map((text, index) => ({
    name: `${page.replaceAll(/\W/g, "-")}-${index}.ts`,
    text: text.replaceAll(own, "declare const $1: (...args: unknown[]) => never;"),
  }));
}

it("every TypeScript snippet of the README and the docs compiles against the built packages", {
  timeout: 60_000,
}, () => {
  // Inside node_modules, where the packages are found and nothing is tracked, linted or published.
  const directory = mkdtempSync(join(ROOT, "node_modules", ".snippets-"));
  try {
    const snippets = pages().flatMap(snippetsOf);
    expect(snippets.length).toBeGreaterThan(20);
    for (const { name, text } of snippets) writeFileSync(join(directory, name), `${text}\nexport {};\n`);
    writeFileSync(join(directory, "others.d.ts"), OTHERS.map((name) => `declare module "${name}";\n`).join(""));
    const compilerOptions = { noEmit: true, skipLibCheck: true, strict: true, module: "nodenext", types: ["node"] };
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    writeFileSync(join(directory, "package.json"), '{"type":"module"}');
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    execFileSync(process.execPath, [tsc, "-p", directory], { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw new Error(String((error as { stdout?: unknown }).stdout ?? error), { cause: error });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
