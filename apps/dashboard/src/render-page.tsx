import { renderToString } from "preact-render-to-string";
import { App } from "./components/app.js";
import type { Page } from "./components/page.js";
import { headline } from "./view/headline.js";
import { SHAPES } from "./view/tone.js";

/** What the server knows of a page. */
export type PageContent = Pick<Page, "status" | "history" | "explained" | "address" | "doingIsOn" | "nowMs"> & {
  /** Whether whoever asks may read; else the page asks for a token. */
  readonly mayRead: boolean;
};

/**
 * The whole page as HTML: complete without script, and with what the script needs to go on from there. Every address in
 * it is relative, so that it works below a proxy's path too, and nothing in it is inline but data.
 */
export function renderPage({ mayRead, ...content }: PageContent): string {
  const page: Page = {
    ...content,
    connection: mayRead ? "none" : "locked",
    trouble: null,
    zone: "UTC",
    question: null,
    notice: null,
    holdsToken: false,
  };
  const line = headline(page);
  return `<!doctype html>
<html lang="en"${page.address.kiosk ? ' class="kiosk"' : ""}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${SHAPES[line.tone]} ${line.word} – Caretaker</title>
<link rel="icon" href="icon-${line.tone}.svg" type="image/svg+xml">
<link rel="stylesheet" href="style.css">
<noscript><meta http-equiv="refresh" content="15"></noscript>
<script type="application/json" id="known">${json(page)}</script>
<script type="module" src="app.js"></script>
</head>
<body><div id="page">${renderToString(<App page={page} acts={null} />)}</div></body>
</html>
`;
}

/** JSON that cannot end the element it stands in. */
function json(page: Page): string {
  return JSON.stringify(page).replaceAll("<", "\\u003c");
}
