import { command } from "@caretaker/checks/command";
import { directory } from "@caretaker/checks/directory";
import { disk } from "@caretaker/checks/disk";
import { http } from "@caretaker/checks/http";
import { redis } from "@caretaker/checks/redis";
import { secret } from "@caretaker/checks/secret";
import { sqlite } from "@caretaker/checks/sqlite";
import type { CheckDefinition } from "@caretaker/health";
import type { RedisTarget } from "@caretaker/redis-store";
import { defineTarget, recorderSessions } from "@caretaker/retention";
import type { CaretakerConfig } from "@caretaker/worker";
import { redisOfCheck } from "./redis-of-check.js";

/** What the built-in configuration is made from; paths are absolute. */
export interface DefaultConfigOptions {
  readonly redis: RedisTarget;
  readonly dataDir: string;
  readonly dbPath: string;
  readonly recordingsDir: string;
  readonly maxRecordings: number;
  readonly llmProvider: "none" | "ollama" | "lmstudio" | "openai";
}

/**
 * What runs without a configuration file: the checks of the speech-translation server this began with, and its
 * recordings. Only what the service cannot work without is critical.
 */
export function defaultConfig(options: DefaultConfigOptions): CaretakerConfig {
  const { redis: target, dataDir, dbPath, recordingsDir, maxRecordings, llmProvider } = options;
  return {
    checks: [
      sqlite(dbPath, { name: "database", critical: true, writable: true }),
      redis({ ...redisOfCheck(target), name: "redis", critical: true }),
      disk(dataDir, { name: "disk" }),
      directory(recordingsDir, { name: "recordings" }),
      command("ffmpeg", ["-version"], { name: "ffmpeg" }),
      secret("OPENAI_API_KEY", { name: "openai-api-key" }),
      secret("HF_TOKEN", { name: "hf-token" }),
      ...llmChecks(llmProvider),
    ],
    retention: [
      defineTarget({
        name: "recordings",
        root: recordingsDir,
        owns: recorderSessions(),
        keep: { last: maxRecordings },
        every: "1h",
      }),
    ],
  };
}

/** A model server on this machine is asked for its models; OpenAI is only looked after by its key. */
function llmChecks(provider: DefaultConfigOptions["llmProvider"]): CheckDefinition[] {
  switch (provider) {
    case "ollama":
      return [http("http://127.0.0.1:11434/api/tags", { name: "llm", scope: "host" })];
    case "lmstudio":
      return [http("http://127.0.0.1:1234/v1/models", { name: "llm", scope: "host" })];
    case "openai":
    case "none":
      return [];
  }
}
