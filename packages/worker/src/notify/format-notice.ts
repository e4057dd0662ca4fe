import { describeCode } from "@caretaker/health";
import { formatDuration } from "@caretaker/units";
import type { Notice } from "./notice.js";

/** How a notice is written: `json` for programs, `slack` for Slack and the chat tools that take its messages. */
export type NoticeFormat = "json" | "slack";

export const NOTICE_FORMATS: readonly NoticeFormat[] = ["json", "slack"];

/** The body that is posted. */
export function formatNotice(notice: Notice, format: NoticeFormat): string {
  return JSON.stringify(format === "slack" ? forSlack(notice) : forPrograms(notice));
}

function forPrograms(notice: Notice) {
  const { id, kind, check, host, from, state, code, critical, sinceMs, troubledForMs, changes } = notice;
  return {
    version: 1,
    id,
    kind,
    check,
    host,
    from,
    state,
    code,
    critical,
    output: describeCode(check, code),
    since: new Date(sinceMs).toISOString(),
    troubledForMs,
    changes,
    text: sentence(notice),
  };
}

function forSlack(notice: Notice) {
  const text = escapeText(sentence(notice));
  return { text, blocks: [{ type: "section", text: { type: "mrkdwn", text } }] };
}

// Shapes that differ besides their colours.
const MARKS = { up: "🟢", degraded: "🔶", down: "🟥" } as const;
const WORDS = { up: "up", degraded: "degraded", down: "DOWN" } as const;

function sentence(notice: Notice): string {
  const { check, host, state, code, critical, sinceMs, troubledForMs } = notice;
  const where = host === null ? check : `${check} on ${host}`;
  const importance = critical ? "" : " (not critical)";
  const since = `since ${new Date(sinceMs).toISOString().slice(0, 19)}Z`;
  const why = state === "up" ? [] : [describeCode(check, code)];
  const lasted = troubledForMs === null ? [] : [`it was not for ${formatDuration(rounded(troubledForMs))}`];
  const details = [...why, since, ...lasted].join(", ");
  return `${MARKS[state]} ${where} ${happened(notice)}${importance}: ${details}`;
}

function happened({ kind, state, changes }: Notice): string {
  if (kind === "recovered") return "is up again";
  if (kind !== "flapping") return `is ${WORDS[state]}`;
  return `changed ${changes === 1 ? "once" : `${changes} times`} more and is ${WORDS[state]} now`;
}

// To a second, a minute or an hour: nobody reads more in a chat.
function rounded(ms: number): number {
  const unitMs = ms < 120_000 ? 1_000 : ms < 7_200_000 ? 60_000 : 3_600_000;
  return Math.max(1, Math.round(ms / unitMs)) * unitMs;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
