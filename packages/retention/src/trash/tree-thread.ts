import { type MessagePort, parentPort } from "node:worker_threads";
import { useDirectory } from "../directory/open-directory.js";
import { atOnce } from "../turns.js";
import { doTask, SLOT, type TreeAnswer, type TreeWork, takeTask } from "./tree-task.js";

// Removing one large file takes the system seconds, and a thousand small ones too: here that holds up nobody.
if (parentPort !== null) serve(parentPort);

function serve(port: MessagePort): void {
  port.on("message", (work: TreeWork) => workOn(work, (answer) => port.postMessage(answer)));
}

function workOn(work: TreeWork, answer: (answer: TreeAnswer) => void): void {
  const parent = useDirectory(work.parent);
  const answerWatched = (told: TreeAnswer) => (work.isWatched ? answerAndWait(told, { work, answer }) : answer(told));
  const onFileDeleted = work.isWatched ? () => answerWatched({ type: "file" }) : undefined;
  for (let index = takeTask(work); index !== null; index = takeTask(work)) {
    const task = work.tasks[index];
    if (task === undefined) continue;
    answerWatched({ type: "done", index, result: atOnce(doTask(parent, { task, onFileDeleted })) });
  }
  answer({ type: "idle" });
}

interface Answering {
  readonly work: TreeWork;
  readonly answer: (answer: TreeAnswer) => void;
}

function answerAndWait(told: TreeAnswer, { work: { state }, answer }: Answering): void {
  const seen = Atomics.load(state, SLOT.acknowledged);
  answer(told);
  Atomics.wait(state, SLOT.acknowledged, seen);
}
