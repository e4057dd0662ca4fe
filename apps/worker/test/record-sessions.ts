import { createSession } from "@caretaker/retention";

const HOUR = 3_600_000;

/** A recorder's session of `hours` ago, ended; its directory's name. */
export async function recordSession(root: string, sessionId: string, hours: number): Promise<string> {
  const startedAt = new Date(Date.now() - hours * HOUR);
  const session = await createSession({ root, sessionId, startedAt, sampleRate: 16_000, rawAudioFormat: "wav" });
  await session.addSegment({ file: "segment_0.wav", data: Buffer.from(sessionId.repeat(100)) });
  await session.end(new Date(startedAt.getTime() + 60_000));
  return session.dir.slice(root.length + 1);
}

/** As many sessions an hour apart, the last of them two hours ago; their names, oldest first. */
export async function recordSessions(root: string, prefix: string, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) {
    names.push(await recordSession(root, `${prefix}_${index}`, count - index + 1));
  }
  return names;
}
