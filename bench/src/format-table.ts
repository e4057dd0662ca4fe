import type { Summary } from "./summarize.js";

const HEAD = ["server", "answer", "CPU µs/request", "quartiles", "raw ÷ it", "Express 5 json ÷ it"];

/** The result as a Markdown table, ready to be put into a document. */
export function formatTable(summaries: readonly Summary[]): string {
  const lines = summaries.map((line) => [
    line.server,
    line.answer,
    line.microsPerRequest.toFixed(1),
    `${line.lowerQuartile.toFixed(1)}–${line.upperQuartile.toFixed(1)}`,
    line.rawOverIt.toFixed(2),
    line.expressOverIt.toFixed(2),
  ]);
  return [HEAD, HEAD.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
