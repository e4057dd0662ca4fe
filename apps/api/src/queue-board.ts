import { connect, createKeys, type RedisTarget } from "@caretaker/redis-store";
import { openQueue } from "@caretaker/worker/open-queue";
import type { Job, Queue } from "bullmq";
import { type Express, type RequestHandler, Router } from "express";

/** What the board shows. */
export interface QueueBoardOptions {
  readonly redis: RedisTarget;
  readonly prefix: string;
  /** The queues there are at this moment, by name. */
  readonly names: () => readonly string[];
  readonly onError: (error: unknown) => void;
}

/** A page on the queues and their jobs that changes nothing. */
export interface QueueBoard {
  readonly handler: RequestHandler;
  close(): void;
}

/** Where the board's page thinks it is. */
const QUEUE_BOARD_PATH = "/queues";

/** Loads bull-board, which nobody else pays for, and opens a connection of its own. */
export async function openQueueBoard({ redis, prefix, names, onError }: QueueBoardOptions): Promise<QueueBoard> {
  const [{ createBullBoard }, { ExpressAdapter }] = await Promise.all([
    import("@bull-board/api"),
    import("@bull-board/express"),
  ]);
  const toAdapter = await loadAdapter();
  const connection = connect(redis, "producer", () => undefined);
  const queues = createKeys(prefix).queues;
  const server = new ExpressAdapter().setBasePath(QUEUE_BOARD_PATH);
  const options = { uiConfig: { boardTitle: "Caretaker", hideRedisDetails: true } };
  const board = createBullBoard({ queues: [], serverAdapter: server, options });
  // What went wrong is logged; the answer of the library would tell it to everybody.
  server.setErrorHandler((error) => {
    // No line in the log for whoever sends what cannot be read.
    if (isOfClient(error)) return { status: 400, body: { error: "the request cannot be read" } };
    onError(error);
    return { status: 500, body: { error: "the queues cannot be read" } };
  });
  let shown = "";
  const show = () => {
    const current = [...names()].sort();
    if (current.join() === shown) return;
    shown = current.join();
    board.replaceQueues(current.map((name) => toAdapter(openQueue(name, connection, { prefix: queues }))));
  };
  const router: Express = server.getRouter();
  router.disable("x-powered-by");
  const showCurrent: RequestHandler = (_request, _response, next) => {
    show();
    next();
  };
  return {
    handler: Router().use(showCurrent, router),
    close: () => connection.disconnect(),
  };
}

/** Express and its parsers give the client's mistakes their status. */
function isOfClient(error: Error & { readonly status?: unknown }): boolean {
  return typeof error.status === "number" && error.status >= 400 && error.status < 500;
}

async function loadAdapter() {
  const { BullMQAdapter } = await import("@bull-board/api/bullMQAdapter");
  type Adapter = InstanceType<typeof BullMQAdapter>;
  /** Shows no error's text: it may hold a path or an address, and is in the worker's log. */
  class ReadOnlyAdapter extends BullMQAdapter {
    /** Asks for no list of connections, which Redis calls dangerous: the status has the workers. */
    override async getWorkers() {
      return null;
    }

    override async getJob(id: string) {
      const job = await super.getJob(id);
      return job === undefined ? undefined : withoutErrorText(job);
    }

    override async getJobs(...args: Parameters<Adapter["getJobs"]>) {
      return (await super.getJobs(...args)).map(withoutErrorText);
    }
  }
  return (queue: Queue): Adapter => new ReadOnlyAdapter(queue, { readOnlyMode: true, allowRetries: false });
}

function withoutErrorText(job: Job): Job {
  job.stacktrace = [];
  if (job.failedReason) job.failedReason = "see the worker's log";
  return job;
}
