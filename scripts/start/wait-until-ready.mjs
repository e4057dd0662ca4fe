import { get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Resolves when `<api>/health/ready` answers 200; the readiness probe itself decides what that takes.
 *
 * @param {string} api
 * @param {AbortSignal} signal
 * @param {(last: string) => void} onAnswer told every answer, for the message if it never becomes ready
 */
export async function waitUntilReady(api, signal, onAnswer) {
  while (!signal.aborted) {
    const { status, body } = await probe(`${api}/health/ready`);
    if (status === 200) return;
    onAnswer(status === 0 ? body : `${status} ${body}`);
    await delay(50);
  }
}

/**
 * @param {string} url
 * @returns {Promise<{ status: number, body: string }>} status 0 and the error's message without an answer
 */
function probe(url) {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 1000 }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      response.on("error", (error) => resolve({ status: 0, body: error.message }));
    });
    request.on("timeout", () => request.destroy(new Error("no answer within 1 s")));
    request.on("error", (error) => resolve({ status: 0, body: error.message }));
  });
}
