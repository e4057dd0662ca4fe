import { describe, expect, it } from "vitest";
import { createStyle } from "./style.js";
import { formatTable, type Table } from "./table.js";

const plain = createStyle(false);
const table = (...rows: Table["rows"]): Table => ({ headings: ["NAME", "STATE", "WHY"], rows });

describe("formatTable", () => {
  it("aligns the columns and leaves no spaces at the ends of lines", () => {
    const text = formatTable(table(["a", "up", ""], ["longer", "degraded", "slow"]), { style: plain, columns: null });
    expect(text).toBe(["NAME    STATE     WHY", "a       up", "longer  degraded  slow"].join("\n"));
  });

  it("shows control characters instead of obeying them", () => {
    const forged = "x\nredis  up\u001b[2K\u202e";
    const text = formatTable(table([forged, "up", ""]), { style: plain, columns: null });
    expect(text.split("\n")).toHaveLength(2);
    expect(text).toContain("x\\u{a}redis  up\\u{1b}[2K\\u{202e}");
  });

  it.each([
    [21, "longer  degraded  slow".length - 1, "longer  degraded  sl…"],
    [22, 22, "longer  degraded  slow"],
    [12, 12, "longer  deg…"],
    [3, 3, "lo…"],
  ])("ends with a terminal of %d columns", (columns, length, line) => {
    const [, row = ""] = formatTable(table(["longer", "degraded", "slow"]), { style: plain, columns }).split("\n");
    expect(row).toBe(line);
    expect(row).toHaveLength(length);
  });

  it("cuts nothing where there is no terminal", () => {
    const why = "w".repeat(500);
    expect(formatTable(table(["a", "up", why]), { style: plain, columns: null })).toContain(why);
  });

  it("colours the text and not the room beside it, and whole also where it is cut", () => {
    const row = [{ text: "down", tone: "bad" as const }, "x", "y"];
    const coloured = formatTable(table(row), { style: createStyle(true), columns: null });
    expect(coloured).toContain("\u001b[31mdown\u001b[39m  x");
    const cut = formatTable(table(row), { style: createStyle(true), columns: 3 });
    expect(cut).toContain("\u001b[31mdo…\u001b[39m");
  });
});
