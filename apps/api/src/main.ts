import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { dashboardDir } from "@caretaker/dashboard";
import { health } from "@caretaker/express";
import { createLifecycle } from "@caretaker/health";
import { startSnapshotReader } from "@caretaker/redis-store";
import {
  apiRelations,
  apiSettings,
  createLogger,
  createShutdown,
  type ShutdownStep,
  secretsOf,
  settingsOrExit,
} from "@caretaker/service";
import { createCleanupClient } from "@caretaker/worker/request-cleanup";
import { createAccess } from "./access.js";
import { createApp } from "./create-app.js";
import { listen } from "./http-server.js";
import { guardSelfOf, joinGuard } from "./join-guard.js";
import { logSnapshotSummary } from "./snapshot-summary.js";
import { profileOf, warnOfBudget } from "./warn-of-budget.js";
import { warnOfShortTokens } from "./warn-of-short-tokens.js";

const settings = settingsOrExit(apiSettings, apiRelations);
const { redisUrl: redis, keyPrefix: prefix, hostId, healthDetail, maxUnavailable } = settings;
const log = createLogger({
  service: "api",
  instance: `${hostId}-${process.pid}`,
  level: settings.logLevel,
  format: settings.logFormat,
  secrets: secretsOf(apiSettings, process.env),
});
warnOfShortTokens(settings, log);
const profile = profileOf(settings.balancer);
warnOfBudget(profile, settings.drainDelayMs, log);
const steps: ShutdownStep[] = [];
const shutdown = createShutdown({ steps, timeoutMs: settings.shutdownTimeoutMs, log });

const lifecycle = createLifecycle();
const access = createAccess(settings);
const reader = startSnapshotReader({ redis, prefix, log });
const cleanup = createCleanupClient({ redis, prefix });
const instanceId = `${hostId}-${process.pid}-${randomUUID().slice(0, 8)}`;
const guard = joinGuard(maxUnavailable, { redis, prefix, instanceId, log });
const stopSummary = logSnapshotSummary(reader, log);
const probes = health({
  source: reader,
  lifecycle,
  hostId,
  detail: healthDetail,
  // Full detail that was asked for by setting is for everybody; otherwise for whoever holds a token.
  ...(healthDetail === "full" ? {} : { authorize: access.mayRead }),
  ...(guard === null ? {} : { guard }),
  onError: (error) => log.error("probe failed", { error }),
});
guard?.watch(() => guardSelfOf(probes.readiness()));
const app = createApp({
  probes,
  reader,
  guard,
  cleanup,
  access,
  dashboardDir,
  log,
  settings: { ...settings, profile },
});

try {
  const http = await listen(app, settings);
  steps.push(
    {
      name: "drain",
      run: () => {
        lifecycle.drain();
        http.drain();
        // Not waited for: draining must not hang on a store that is away, and silence says the same in 15 s.
        void guard?.leave();
      },
    },
    {
      name: "drain delay",
      run: (signal) => delay(settings.drainDelayMs, undefined, { signal }).catch(() => undefined),
    },
    { name: "close connections", run: http.close },
    {
      name: "close redis",
      run: () => {
        stopSummary();
        reader.stop();
        guard?.stop();
        cleanup.close();
      },
    },
  );
  lifecycle.ready();
  log.info("listening", { host: settings.host, port: http.port });
  process.send?.({ type: "listening", port: http.port });
} catch (error) {
  shutdown.fault("cannot listen", error);
}
