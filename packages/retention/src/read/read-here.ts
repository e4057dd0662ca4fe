import { createTurns, inTurns } from "../turns.js";
import { type ReadAnswer, type ReadTask, readOne } from "./read-task.js";
import type { ReadContext } from "./session-reader.js";

/** Looks at sessions in this thread, a few milliseconds at a time. */
export async function readHere({ kind, names }: ReadTask, context: ReadContext): Promise<readonly ReadAnswer[]> {
  const answers: ReadAnswer[] = [];
  const turns = createTurns();
  for (const name of names) {
    answers.push(await inTurns(readOne(name, { kind, context }), { turns }));
    await turns.next();
  }
  return answers;
}
