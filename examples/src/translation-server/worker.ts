// The checks that the server once ran inside each GET /health, and the cleanup of its recordings.
import { command } from "@caretaker/checks/command";
import { directory } from "@caretaker/checks/directory";
import { openAiCompatible } from "@caretaker/checks/open-ai-compatible";
import { secret } from "@caretaker/checks/secret";
import { sqlite } from "@caretaker/checks/sqlite";
import { defineTarget, recorderSessions } from "@caretaker/retention";
import { createCleanupJournal, createStatusHistory, createTargetLock, openDatabase } from "@caretaker/sqlite-store";
import { startWorker } from "@caretaker/worker";
import { settings } from "./settings.js";

const { llmUrl, llmModel, llmKey, recordingsDir } = settings;
const database = openDatabase(settings.caretakerDb, { log: console });

const worker = await startWorker({
  redis: settings.redis,
  log: console,
  checks: [
    // Without its database it can do nothing; without the others it can still do something.
    sqlite(settings.translationsDb, { name: "database", critical: true }),
    command("ffmpeg", ["-version"], { every: "1m" }),
    openAiCompatible(llmUrl, { name: "llm", model: llmModel, key: llmKey }),
    secret("OPENAI_API_KEY"),
    directory(recordingsDir, { name: "recordings" }),
  ],
  retention: [defineTarget({ name: "recordings", root: recordingsDir, owns: recorderSessions(), keep: { last: 100 } })],
  journal: createCleanupJournal(database),
  lock: createTargetLock(),
  statusHistory: createStatusHistory(database),
});

process.once("SIGTERM", () => void worker.close().then(() => database.close()));
