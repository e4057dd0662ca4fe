import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSession } from "@caretaker/retention";

/** A root with this many small sessions of the recorder, copied from one it made. */
export async function recordMany(directory: string, count: number): Promise<string> {
  const sessions = join(directory, "sessions");
  mkdirSync(sessions);
  const startedAt = new Date("2024-01-01T00:00:00Z");
  const session = await createSession({
    root: sessions,
    sessionId: "small",
    startedAt,
    sampleRate: 16_000,
    rawAudioFormat: "wav",
  });
  await session.end(new Date(startedAt.getTime() + 1_000));
  const marker = JSON.parse(readFileSync(join(session.dir, "metadata.json"), "utf8")) as { session_id: string };
  for (let number = 1; number < count; number += 1) {
    const dir = join(sessions, `small${number}_20240101_000000`);
    mkdirSync(dir);
    writeFileSync(join(dir, "metadata.json"), JSON.stringify({ ...marker, session_id: `small${number}` }));
  }
  return sessions;
}
