import { Agent, get } from "node:http";

/** Requests sent one after the other over kept connections, as a browser behind a balancer does. */
export interface SteadyLoad {
  /** Answers by what answered them: a status code, or the error of a request that got none. */
  readonly answers: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** Starts `connections` clients that ask for `url` for as long as they are not stopped. */
export function startSteadyLoad(url: string, connections: number): SteadyLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers = new Map<string, number>();
  let isOver = false;
  const ask = async () => {
    while (!isOver) {
      const answer = await askOnce(url, agent);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  const asking = Array.from({ length: connections }, ask);
  return {
    answers,
    stop: async () => {
      isOver = true;
      await Promise.all(asking);
      agent.destroy();
    },
  };
}

function askOnce(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: 10_000 }, (response) => {
      response.resume();
      response.once("end", () => resolve(String(response.statusCode)));
      response.once("error", (error) => resolve(error.message));
    });
    request.once("timeout", () => request.destroy(new Error("no answer within 10 s")));
    request.once("error", ({ message }) => resolve(request.reusedSocket ? `${message} on a kept connection` : message));
  });
}
