import { prepareDataDirectories, readConfig } from "@caretaker/config";
import {
  createLogger,
  createShutdown,
  logConsole,
  redisTargetOrExit,
  type ShutdownStep,
  secretsOf,
  settingsOrExit,
  workerSettings,
} from "@caretaker/service";
import {
  cleanupHistory,
  createCleanupJournal,
  createStatusHistory,
  createTargetLock,
  openDatabase,
} from "@caretaker/sqlite-store";
import { startWorker } from "@caretaker/worker";
import { keepBeatFile } from "./beat-file.js";
import { endOnStartError } from "./end-on-start-error.js";
import { keepJournalBounded } from "./keep-journal-bounded.js";
import { notifyOptions } from "./notify-options.js";
import { VERSION } from "./version.js";

const settings = settingsOrExit(workerSettings);
const redis = redisTargetOrExit(settings);
const log = createLogger({
  service: "worker",
  instance: `${settings.hostId}-${process.pid}`,
  level: settings.logLevel,
  format: settings.logFormat,
  secrets: secretsOf(workerSettings, process.env),
});
logConsole(log);

const steps: ShutdownStep[] = [];
createShutdown({ steps, timeoutMs: settings.shutdownTimeoutMs, log });

try {
  const directories = prepareDataDirectories(settings);
  const { config, file } = await readConfig({ ...settings, ...directories, redis }, process.cwd());
  log.info("configuration", { file: file ?? "built-in default" });
  const database = openDatabase(directories.dbPath, { log });
  const stopPruning = keepJournalBounded(database, log);
  steps.push({
    name: "close database",
    run: () => {
      stopPruning();
      database.close();
    },
  });
  const worker = await startWorker({
    ...config,
    redis,
    prefix: settings.keyPrefix,
    hostId: settings.hostId,
    version: VERSION,
    log,
    journal: createCleanupJournal(database),
    lock: createTargetLock(),
    history: (target, limit) => cleanupHistory(database, { target, limit }),
    statusHistory: createStatusHistory(database),
    forbiddenRoots: [directories.dataDir],
    ...notifyOptions(settings),
  });
  steps.unshift(...worker.stopSteps, { name: "remove beat file", run: keepBeatFile(directories.dataDir, log) });
} catch (error) {
  await endOnStartError(error, log);
}
