import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { dashboardDir, readAddress, renderPage } from "./index.js";
import { check, history, NOW_MS, status } from "./view/testing.test.fixture.js";

const draw = (changes: Partial<Parameters<typeof renderPage>[0]> = {}) =>
  renderPage({
    status: status({ checks: Array.from({ length: 12 }, (_, index) => check(`check-${index}`)) }),
    history: history(),
    explained: null,
    address: readAddress(""),
    doingIsOn: true,
    nowMs: NOW_MS,
    mayRead: true,
    ...changes,
  });

const files = readdirSync(dashboardDir);

describe("the page as it is sent", () => {
  it("says how things are in words, shape, title and icon, and knows what the script goes on with", () => {
    const html = draw();
    expect(html).toContain("<title>● Ready – Caretaker</title>");
    expect(html).toContain('href="icon-pass.svg"');
    expect(html).toContain("12 of 12 checks pass.");
    const [, known = ""] = /<script type="application\/json" id="known">(.*?)<\/script>/.exec(html) ?? [];
    expect(JSON.parse(known)).toMatchObject({ status: { verdict: "pass" }, zone: "UTC", connection: "none" });
  });

  it("has nothing inline that could run, so that a strict policy allows it", () => {
    expect(draw()).not.toMatch(
      /<style|\sstyle=|\son\w+=|javascript:|<script(?! type="application\/json")(?![^>]*\ssrc=)/,
    );
  });

  it("loads its own files only, and each is there", () => {
    const named = [...draw().matchAll(/\s(?:src|href)="([^"?]+\.\w+)"/g)].map(([, file]) => file);
    expect(named.toSorted()).toEqual(["app.js", "icon-pass.svg", "style.css"]);
    for (const file of [...named, "icon-warn.svg", "icon-fail.svg", "icon-unknown.svg"]) expect(files).toContain(file);
  });

  it("lets nothing that was published become markup", () => {
    const html = draw({
      status: status({ checks: [check("</script><img src=x>", { output: "</script><img src=x>" })] }),
    });
    expect(html).not.toContain("<img");
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });

  it("shows nothing to whoever may not read", () => {
    const html = draw({ mayRead: false, status: null, history: null, nowMs: 0 });
    expect(html).toContain("Reading needs a token");
    expect(html).not.toContain("check-1");
  });
});

it("is below 40 KB in all, compressed", () => {
  const gzipped = (content: string | Buffer) => gzipSync(content, { level: 9 }).length;
  const sizes = new Map(files.map((file) => [file, gzipped(readFileSync(join(dashboardDir, file)))]));
  sizes.set("the page", gzipped(draw()));
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  process.stdout.write(
    `gzipped: ${[...sizes].map(([file, size]) => `${file} ${size}`).join(", ")}; in all ${total} B\n`,
  );
  expect(total).toBeLessThan(40_000);
});
