import axeCore from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { findOnPath } from "../../../../scripts/setup/find-on-path.mjs";

/** The browser of the system; `undefined` where there is none, and the tests that need it are skipped. */
export const CHROMIUM: string | undefined = findOnPath(["chromium", "chromium-browser", "google-chrome"]);

/** Starts it. As root it runs only without its sandbox. */
export function launch(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: CHROMIUM ?? "", args });
}

/** What a page complained of: errors of its script, and whatever its policy forbade or it asked others for. */
export function watchFaults(page: Page, ownUrl: string): readonly string[] {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    // A service that is away is said so by the browser too.
    const isExpected = /Failed to load resource|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED/.test(message.text());
    if (message.type() === "error" && !isExpected) faults.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(ownUrl)) faults.push(`asked for ${request.url()}`);
  });
  return faults;
}

/** What axe finds on the page as it is, one line each. */
export async function axe(page: Page): Promise<readonly string[]> {
  // Its policy lets a page load no script but its own; a debugger may.
  await page.evaluate(axeCore.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

interface AxeResults {
  readonly violations: readonly AxeViolation[];
}

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
