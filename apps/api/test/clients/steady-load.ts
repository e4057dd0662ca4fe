import { Agent, get } from "node:http";

/** Requests sent one after the other over kept connections, as a browser behind a balancer does. */
export interface SteadyLoad {
  /** Answers by what answered them: a status code, or the error of a request that got none. */
  readonly answers: ReadonlyMap<string, number>;
  /** Our ports of the open connections on which a request got no answer. */
  readonly unanswered: readonly number[];
  stop(): Promise<void>;
}

/** Starts `connections` clients that ask for `url` for as long as they are not stopped. */
export function startSteadyLoad(url: string, connections: number): SteadyLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers = new Map<string, number>();
  const unanswered: number[] = [];
  let isOver = false;
  const ask = async () => {
    while (!isOver) {
      const { answer, failedFrom } = await askOnce(url, agent);
      if (failedFrom !== undefined) unanswered.push(failedFrom);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  const asking = Array.from({ length: connections }, ask);
  return {
    answers,
    unanswered,
    stop: async () => {
      isOver = true;
      await Promise.all(asking);
      agent.destroy();
    },
  };
}

interface Asked {
  readonly answer: string;
  readonly failedFrom?: number | undefined;
}

function askOnce(url: string, agent: Agent): Promise<Asked> {
  return new Promise((resolve) => {
    let from: number | undefined;
    const request = get(url, { agent, timeout: 10_000 }, (response) => {
      response.resume();
      response.once("end", () => resolve({ answer: String(response.statusCode) }));
      response.once("error", (error) => resolve({ answer: error.message }));
    });
    // Only an open connection knows its port.
    request.once("socket", (socket) => {
      from = socket.localPort;
      if (socket.connecting)
        socket.once("connect", () => {
          from = socket.localPort;
        });
    });
    request.once("timeout", () => request.destroy(new Error("no answer within 10 s")));
    request.once("error", ({ message }) => {
      const answer = request.reusedSocket ? `${message} on a kept connection` : message;
      resolve({ answer, failedFrom: from });
    });
  });
}
