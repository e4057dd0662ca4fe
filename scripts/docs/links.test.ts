import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { pages, ROOT, read } from "./pages.ts";

const LINK = /\]\(([^)\s]+)\)/g;

/** A heading's anchor, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function problemsOf(page: string): string[] {
  const links = [...read(page).matchAll(LINK)].map(([, link = ""]) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link)).flatMap((link) => problemOf(page, link));
}

function problemOf(page: string, link: string): string[] {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, target))) return [`${link}: there is no ${target}`];
  if (anchor === undefined) return [];
  const anchors = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
  return anchors.includes(anchor) ? [] : [`${link}: ${target} has no such heading`];
}

it.each(pages())("every link of %s leads somewhere", (page) => {
  expect(problemsOf(page)).toEqual([]);
});

it("every page of docs/ is one click from the README", () => {
  const linked = [...read("README.md").matchAll(LINK)].map(([, link = ""]) => link);
  const docs = pages().filter((page) => page.startsWith("docs/"));
  expect(docs.filter((page) => !linked.includes(page))).toEqual([]);
});

describe("docs/comparison.md", () => {
  const rows = read("docs/comparison.md").match(/^\|.*$/gm) ?? [];
  // A row of one of the two tables: a feature, ours, and eighteen others.
  const cells = rows.map((row) => row.split(" | ")).filter((row) => row.length === 20);

  it("has a test behind every claim of ours, and owns up where there is none", () => {
    const ours = cells.map(([, cell = ""]) => cell).filter((cell) => cell !== "Caretaker");
    expect(ours.length).toBe(59);
    for (const cell of ours) expect(cell).toMatch(/^(\[(yes|part)\]\(\.\.\/[\w./-]+\.test\.ts\)|\*\*no\*\*)$/);
  });
});
