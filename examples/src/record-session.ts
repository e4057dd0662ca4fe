// A recorder: what it writes is what recorderSessions() recognises, at every moment of the recording.
import { createSession } from "@caretaker/retention";

const { RECORDINGS_DIR = "/srv/recordings" } = process.env;
const SAMPLE_RATE = 16_000;

const session = await createSession({
  root: RECORDINGS_DIR,
  sessionId: "call",
  startedAt: new Date(),
  sampleRate: SAMPLE_RATE,
  rawAudioFormat: "s16le",
});

for (const index of [1, 2, 3]) {
  // A second of silence, as a microphone would bring it.
  await session.addSegment({ file: `segment${index}.raw`, data: new Uint8Array(SAMPLE_RATE * 2), durationMs: 1_000 });
}

// Until here the session counts as active while anything in it changes, and no cleanup takes it.
await session.end(new Date());
console.log(`recorded ${session.dir}`);
