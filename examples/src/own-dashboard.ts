// A dashboard of one's own over the status API: one page, one line for each check, kept current by the event stream.
import { createServer } from "node:http";
import type { Status } from "@caretaker/status";
import { createStatusClient } from "@caretaker/status/client";

const { CARETAKER_URL = "http://127.0.0.1:3000", STATUS_TOKEN, PORT = "8090" } = process.env;

let page = "<p>no answer yet</p>";
const server = createServer((_request, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8").end(page);
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`listening on ${JSON.stringify(server.address())}`));

const stopped = new AbortController();
process.once("SIGTERM", () => {
  stopped.abort();
  server.close();
});

const client = createStatusClient({ url: CARETAKER_URL, ...(STATUS_TOKEN ? { token: STATUS_TOKEN } : {}) });
for await (const update of client.events({ signal: stopped.signal })) {
  if (update.type === "status") page = render(update.status);
  // What was known stands no more: an old green is worse than none.
  if (update.type === "lost") page = `<p>no answer from ${escapeHtml(CARETAKER_URL)}</p>`;
}

function render({ verdict, checks }: Status): string {
  const lines = checks.map(({ name, state, contribution, output }) => {
    const cells = [name, state, contribution, output].map((cell) => `<td>${escapeHtml(cell)}</td>`);
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<h1>${verdict}</h1><table>${lines.join("\n")}</table>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
