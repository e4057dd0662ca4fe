import type { Command } from "commander";
import type { Answer } from "../answer.js";
import { UsageError } from "../errors.js";
import { EXIT_CODES } from "../exit-codes.js";
import { formatOption } from "../format-option.js";
import { readCliSettings, shownRedisUrl } from "../settings.js";
import type { Shell } from "../shell.js";
import { renderStatus } from "../status/render-status.js";
import { statusForNagios } from "../status/status-for-nagios.js";
import { statusOfApi } from "../status/status-of-api.js";
import { statusOfStore } from "../status/status-of-store.js";
import type { StatusReport } from "../status/status-report.js";
import { openStore } from "../store/open-store.js";
import { withExamples } from "../with-examples.js";

/** `caretaker status`: what the workers published, judged as the API judges it. */
export function registerStatus(program: Command, shell: Shell): void {
  const command = program
    .command("status")
    .description("what the workers published: checks, workers, retention targets; exit 1 if the verdict is fail")
    .option("--url <api>", "ask this API instead of Redis; its token is read from STATUS_TOKEN")
    .addOption(formatOption())
    .action(async ({ url }: { url?: string }) => shell.answer(toAnswer(await ask(url, shell))));
  withExamples(command, "status", "status --url http://127.0.0.1:3000", "status --format nagios", "status --json");
}

async function ask(url: string | undefined, { context }: Shell): Promise<StatusReport> {
  const settings = readCliSettings(context.env);
  const { signal } = context;
  if (url !== undefined) return await statusOfApi({ url: checkUrl(url), token: settings.statusToken, signal });
  const store = await openStore(settings, signal);
  const report = statusOfStore(store, shownRedisUrl(settings));
  store.reader.stop();
  return report;
}

function checkUrl(url: string): string {
  const isHttp = URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol);
  if (!isHttp) throw new UsageError(`--url ${JSON.stringify(url)} is not allowed; allowed: http://… or https://…`);
  // Not shown: it holds a password.
  if (new URL(url).username !== "")
    throw new UsageError("--url holds credentials; its token is read from STATUS_TOKEN");
  return url;
}

function toAnswer(report: StatusReport): Answer {
  return {
    exitCode: report.verdict === "fail" ? EXIT_CODES.fail : EXIT_CODES.ok,
    data: report,
    text: (view) => renderStatus(report, view),
    nagios: statusForNagios(report),
  };
}
