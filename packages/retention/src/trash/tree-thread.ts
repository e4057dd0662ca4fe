import { type MessagePort, parentPort } from "node:worker_threads";
import { useDirectory } from "../directory/open-directory.js";
import { atOnce } from "../turns.js";
import { doTask, type EndedTask, SLOT, type TreeNews, type TreeWork, takeTask } from "./tree-task.js";

// Removing one large file takes the system seconds, and a thousand small ones too: here that holds up nobody.
if (parentPort !== null) serve(parentPort);

function serve(port: MessagePort): void {
  port.on("message", (work: TreeWork) => workOn(work, (news) => port.postMessage({ ...news, workId: work.workId })));
}

// Each answer wakes the other thread, which costs about as much as deleting a file does.
const ANSWER_EVERY_MS = 8;

function workOn(work: TreeWork, answer: (news: TreeNews) => void): void {
  const parent = useDirectory(work.parent);
  const onFileDeleted = work.isWatched ? () => answerAndWait({ type: "file" }, { work, answer }) : undefined;
  const { tell, tellRest } = createTeller({ work, answer });
  for (let index = takeTask(work); index !== null; index = takeTask(work)) {
    const task = work.tasks[index];
    if (task !== undefined) tell({ index, result: atOnce(doTask(parent, { task, onFileDeleted })) });
  }
  tellRest();
  answer({ type: "idle" });
}

/** Answers with what has ended, now and then; to whoever watches, one by one. */
function createTeller({ work, answer }: Answering) {
  let ended: EndedTask[] = [];
  let toldAtMs = performance.now();
  const tellRest = () => {
    if (ended.length > 0) answer({ type: "done", ended });
    ended = [];
    toldAtMs = performance.now();
  };
  const tell = (task: EndedTask) => {
    if (work.isWatched) return answerAndWait({ type: "done", ended: [task] }, { work, answer });
    ended.push(task);
    if (performance.now() - toldAtMs >= ANSWER_EVERY_MS) tellRest();
  };
  return { tell, tellRest };
}

interface Answering {
  readonly work: TreeWork;
  readonly answer: (news: TreeNews) => void;
}

function answerAndWait(told: TreeNews, { work: { state }, answer }: Answering): void {
  const seen = Atomics.load(state, SLOT.acknowledged);
  answer(told);
  Atomics.wait(state, SLOT.acknowledged, seen);
}
