import type { NoticeFormat } from "./format-notice.js";
import { NOTICE_FORMATS } from "./format-notice.js";

/** Where changes of state are told, as a webhook. */
export interface NotifyOptions {
  /** `http:` or `https:`. May hold a secret, as Slack's do: it is never logged and not kept in Redis. */
  readonly url: string;
  /** Signs each notice; 16 characters or more. Needed with the format `json`; chat tools do not look at it. */
  readonly secret?: string;
  /** Default `json`. */
  readonly format?: NoticeFormat;
  /** Default `all`. */
  readonly checks?: "all" | "critical";
  /** How long a check that has told twice is held back and then summed up; default 5 min. */
  readonly windowMs?: number;
  /** The wait before the second try, doubled for each further one; default 2 s. */
  readonly retryAfterMs?: number;
}

/** {@link NotifyOptions} checked and with every default filled in. */
export interface NotifySettings {
  readonly url: URL;
  readonly secret: string | null;
  readonly format: NoticeFormat;
  readonly onlyCritical: boolean;
  readonly windowMs: number;
  readonly retryAfterMs: number;
}

const MIN_SECRET = 16;
const DEFAULT_WINDOW_MS = 300_000;
const DEFAULT_RETRY_AFTER_MS = 2_000;

/** What is wrong with the options; neither the address nor the secret is named. */
export function notifyProblems({ url, secret, format = "json" }: NotifyOptions): readonly string[] {
  const protocol = URL.canParse(url) ? new URL(url).protocol : "none";
  return [
    ...(protocol === "http:" || protocol === "https:" ? [] : ["notify: the URL is not one of http:// or https://"]),
    ...(NOTICE_FORMATS.includes(format)
      ? []
      : [`notify: format is "${format}"; allowed: ${NOTICE_FORMATS.join(", ")}`]),
    ...(secret !== undefined && secret.length < MIN_SECRET
      ? [`notify: the secret has ${secret.length} characters; allowed: ${MIN_SECRET} or more`]
      : []),
    ...(secret === undefined && format === "json" ? ["notify: the format json is signed and needs a secret"] : []),
  ];
}

/** The settings of options that have no problems. */
export function toNotifySettings(options: NotifyOptions): NotifySettings {
  const { url, secret = null, format = "json", checks = "all" } = options;
  const { windowMs = DEFAULT_WINDOW_MS, retryAfterMs = DEFAULT_RETRY_AFTER_MS } = options;
  return { url: new URL(url), secret, format, onlyCritical: checks === "critical", windowMs, retryAfterMs };
}
