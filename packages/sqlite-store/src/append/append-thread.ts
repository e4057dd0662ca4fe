import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { connectToWrite } from "../connect-to-write.js";
import { createAppend } from "./append-events.js";
import type { AppendAnswer, AppendRequest, AppendThreadData } from "./append-task.js";

// A commit waits for the disk, on a busy one for a tenth of a second and more: here that holds up nobody.
if (parentPort !== null) serve(parentPort, workerData as AppendThreadData);

function serve(port: MessagePort, { path, closed }: AppendThreadData): void {
  let opened: ReturnType<typeof open> | null = null;
  const answer = (request: Extract<AppendRequest, { type: "append" }>): AppendAnswer => {
    try {
      opened ??= open(path);
      opened.append(request.events);
      return null;
    } catch (error) {
      return toFailure(error);
    }
  };
  port.on("message", (request: AppendRequest) => {
    if (request.type === "append") return port.postMessage(answer(request));
    opened?.connection.close();
    Atomics.store(closed, 0, 1);
    Atomics.notify(closed, 0);
    port.close();
  });
}

function open(path: string) {
  const connection = connectToWrite(path);
  return { connection, append: createAppend(connection) };
}

function toFailure(error: unknown): Exclude<AppendAnswer, null> {
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  return { code, message };
}
