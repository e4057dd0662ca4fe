import { mkdirSync } from "node:fs";
import { resolve } from "node:path";

const {
  REDIS_URL: redis = "redis://127.0.0.1:6379",
  PORT = "3000",
  DATA_DIR = ".data",
  DRAIN_MS = "5000",
  LLM_URL: llmUrl = "http://127.0.0.1:1234/v1",
  LLM_MODEL: llmModel = "translator",
} = process.env;

const dataDir = resolve(DATA_DIR);

/** What both processes read from the environment; the two directories exist. */
export const settings = {
  redis,
  port: Number(PORT),
  drainMs: Number(DRAIN_MS),
  llmUrl,
  llmModel,
  /** Fetched where it is used, so that it is kept nowhere. */
  llmKey: () => process.env["OPENAI_API_KEY"],
  /** The app's own data, and Caretaker's journal beside it. */
  translationsDb: `${dataDir}/translations.db`,
  caretakerDb: `${dataDir}/caretaker.db`,
  recordingsDir: `${dataDir}/recordings`,
};

mkdirSync(settings.recordingsDir, { recursive: true });
