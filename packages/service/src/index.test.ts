import { expect, it } from "vitest";
import * as service from "./index.js";

it("exports exactly this", () => {
  expect(Object.keys(service).sort()).toEqual([
    "EXIT_CODES",
    "InvalidSettingsError",
    "LOG_LEVELS",
    "allSettings",
    "apiSettings",
    "createLogger",
    "createShutdown",
    "duration",
    "durationOrZero",
    "flag",
    "formatSettings",
    "integer",
    "logConsole",
    "oneOf",
    "path",
    "percent",
    "port",
    "readSettings",
    "redisTargetOf",
    "redisTargetOrExit",
    "redisUrl",
    "secret",
    "secretsOf",
    "settingsAsEnvExample",
    "settingsAsMarkdown",
    "settingsOrExit",
    "size",
    "systemClock",
    "text",
    "workerSettings",
  ]);
});
