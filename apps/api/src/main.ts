import { randomUUID } from "node:crypto";
import { dashboardDir } from "@caretaker/dashboard";
import { health } from "@caretaker/express";
import { createLifecycle } from "@caretaker/health";
import { startSnapshotReader } from "@caretaker/redis-store";
import {
  apiSettings,
  createLogger,
  createShutdown,
  logConsole,
  redisTargetOrExit,
  type ShutdownStep,
  secretsOf,
  settingsOrExit,
} from "@caretaker/service";
import { createPastSource } from "@caretaker/status/store";
import { createCheckClient } from "@caretaker/worker/request-check-run";
import { createCleanupClient } from "@caretaker/worker/request-cleanup";
import { createAccess } from "./access.js";
import { createApp } from "./create-app.js";
import { createStatusEvents } from "./events/status-events.js";
import { listen } from "./http-server.js";
import { guardSelfOf, joinGuard } from "./join-guard.js";
import { createMetricsHandler } from "./metrics/create-metrics-handler.js";
import { openQueueBoard } from "./queue-board.js";
import { logSnapshotSummary } from "./snapshot-summary.js";
import { createStatusSource } from "./status-source.js";
import { createStopSteps } from "./stop-steps.js";
import { profileOf, warnOfBudget } from "./warn-of-budget.js";
import { warnOfShortTokens } from "./warn-of-short-tokens.js";

const settings = settingsOrExit(apiSettings);
const redis = redisTargetOrExit(settings);
const { keyPrefix: prefix, hostId, healthDetail: detail, maxUnavailable } = settings;
const instanceId = `${hostId}-${process.pid}-${randomUUID().slice(0, 8)}`;
const secrets = secretsOf(apiSettings, process.env);
const { logLevel: level, logFormat: format } = settings;
const log = createLogger({ service: "api", instance: `${hostId}-${process.pid}`, level, format, secrets });
logConsole(log);
const profile = profileOf(settings.balancer);
warnOfShortTokens(settings, log);
warnOfBudget({ ...settings, profile }, log);
const steps: ShutdownStep[] = [];
const shutdown = createShutdown({ steps, timeoutMs: settings.shutdownTimeoutMs, log });

const lifecycle = createLifecycle();
const access = createAccess(settings);
const reader = startSnapshotReader({ redis, prefix, log });
const cleanup = createCleanupClient({ redis, prefix });
const checks = createCheckClient({ redis, prefix });
const guard = joinGuard(maxUnavailable, { redis, prefix, instanceId, log });
const stopSummary = logSnapshotSummary(reader, log);
const probes = health({
  source: reader,
  lifecycle,
  hostId,
  detail,
  // Full detail that was asked for by setting is for everybody; otherwise for whoever holds a token.
  ...(detail === "full" ? {} : { authorize: access.mayRead }),
  ...(guard === null ? {} : { guard }),
  onError: (error) => log.error("probe failed", { error }),
});
guard?.watch(() => guardSelfOf(probes.readiness()));
const describe = createStatusSource({ probes, reader, guard, settings: { ...settings, profile } });
const events = createStatusEvents({ describe, onChange: reader.onChange });
const past = createPastSource(reader);
const metrics = createMetricsHandler({ describe, stats: reader.stats });
const board = settings.queueBoard
  ? await openQueueBoard({
      redis,
      prefix,
      names: () => describe().queues.map(({ name }) => name),
      onError: (error) => log.warn("the queues cannot be shown", { error }),
    })
  : null;
const queueBoard = board?.handler ?? null;
const told = { reader, past, describe, events, metrics };
const app = createApp({ probes, ...told, queueBoard, hostId, cleanup, checks, access, dashboardDir, log });

try {
  const http = await listen(app, settings);
  const closeRedis = () => {
    stopSummary();
    for (const client of [reader, guard]) client?.stop();
    for (const client of [cleanup, checks, board]) client?.close();
  };
  const leave = guard?.leave ?? null;
  steps.push(...createStopSteps({ lifecycle, http, events, drainDelayMs: settings.drainDelayMs, leave, closeRedis }));
  lifecycle.ready();
  log.info("listening", { host: settings.host, port: http.port });
  process.send?.({ type: "listening", port: http.port });
} catch (error) {
  shutdown.fault("cannot listen", error);
}
