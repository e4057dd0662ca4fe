import type { SettingsValues, workerSettings } from "@caretaker/service";
import type { WorkerOptions } from "@caretaker/worker";

type Settings = SettingsValues<typeof workerSettings>;
type NotifySettings = Pick<Settings, "notifyUrl" | "notifySecret" | "notifyFormat" | "notifyChecks" | "notifyWindowMs">;

/** Whom the worker tells of changes of state; nobody without a URL. */
export function notifyOptions(settings: NotifySettings): Pick<WorkerOptions, "notify"> {
  const {
    notifyUrl: url,
    notifySecret,
    notifyFormat: format,
    notifyChecks: checks,
    notifyWindowMs: windowMs,
  } = settings;
  if (url === null) return {};
  return { notify: { url, format, checks, windowMs, ...(notifySecret === null ? {} : { secret: notifySecret }) } };
}
