import { createSession } from "@caretaker/retention";
import { toneWav } from "./tone-wav.js";

const SAMPLE_RATE = 16_000;
const MINUTE_MS = 60_000;

/** One demo session: when it began, how many segments it has, and whether it was ended. */
export interface DemoSession {
  readonly sessionId: string;
  readonly startedAt: Date;
  readonly segments: number;
}

/** Eight meetings, six hours apart, the last one yesterday: old enough to be cleaned up, with ids that hold underscores. */
export function demoSessions(nowMs: number): readonly DemoSession[] {
  const topics = [
    "standup",
    "customer_call",
    "design_review",
    "retro",
    "interview_42",
    "all_hands",
    "support",
    "planning",
  ];
  return topics.map((topic, index) => ({
    sessionId: topic,
    startedAt: new Date(nowMs - (topics.length - index + 3) * 6 * 60 * MINUTE_MS),
    segments: 2 + (index % 2),
  }));
}

/** Records sessions under `root` as the recorder does: a second or two of sound in each segment. */
export async function recordDemo(root: string, sessions: readonly DemoSession[]): Promise<void> {
  for (const [index, { sessionId, startedAt, segments }] of sessions.entries()) {
    const session = await createSession({ root, sessionId, startedAt, sampleRate: SAMPLE_RATE, rawAudioFormat: "wav" });
    for (let segment = 0; segment < segments; segment += 1) {
      const pitchHz = 220 * 2 ** ((index + 4 * segment) / 12);
      const data = toneWav({ pitchHz, seconds: 1, sampleRate: SAMPLE_RATE });
      await session.addSegment({ file: `segment_${segment}.wav`, data, durationMs: 1_000 });
    }
    await session.end(new Date(startedAt.getTime() + segments * 1_000));
  }
}
