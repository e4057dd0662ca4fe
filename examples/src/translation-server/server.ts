// A translation server as the project began from: texts go through a language model into SQLite, calls are recorded.
// Its /health keeps the old format for those who still read it; everything new asks /health/ready.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { health } from "@caretaker/express";
import { createLifecycle } from "@caretaker/health";
import { startSnapshotReader } from "@caretaker/redis-store";
import { createSession } from "@caretaker/retention";
import { openStatusStore } from "@caretaker/status/store";
import Database from "better-sqlite3";
import express from "express";
import { settings } from "./settings.js";
import { translate } from "./translator.js";

const database = new Database(settings.translationsDb);
database.pragma("journal_mode = WAL");
database.exec("CREATE TABLE IF NOT EXISTS translations (source TEXT NOT NULL, target TEXT NOT NULL)");
const insert = database.prepare("INSERT INTO translations (source, target) VALUES (?, ?)");

const lifecycle = createLifecycle();
const source = startSnapshotReader({ redis: settings.redis, prefix: "caretaker", log: console });
const status = openStatusStore({ redis: settings.redis });
const app = express();

health({ source, lifecycle, hostId: hostname(), legacyBody: true }).attach(app);

// What was the dashboard's data is data for whoever is on this machine.
app.get("/status", (_request, response) => void response.json(status.status()));

app.post("/translate", express.json(), async ({ body }, response) => {
  const { text, to } = body as { text: string; to: string };
  const translated = await translate(text, to);
  insert.run(text, translated);
  response.json({ translated });
});

app.post("/recordings", express.raw({ type: "audio/*", limit: "50mb" }), async ({ body }, response) => {
  const session = await createSession({
    root: settings.recordingsDir,
    sessionId: randomUUID(),
    startedAt: new Date(),
    sampleRate: 16_000,
    rawAudioFormat: "s16le",
  });
  await session.addSegment({ file: "segment1.raw", data: body as Buffer });
  await session.end(new Date());
  response.sendStatus(201);
});

const server = app.listen(settings.port, "127.0.0.1", () => {
  lifecycle.ready();
  console.log(`listening on ${JSON.stringify(server.address())}`);
});

process.once("SIGTERM", () => {
  lifecycle.drain();
  setTimeout(() => server.close(stop), settings.drainMs);
});

function stop(): void {
  source.stop();
  status.close();
  database.close();
}
