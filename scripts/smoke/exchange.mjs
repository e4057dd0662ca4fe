import { request } from "node:http";

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {import("node:http").IncomingHttpHeaders} headers
 * @property {string} body
 * @property {number} tookMs
 */

/**
 * One request on a connection of its own, as a probe makes it.
 *
 * @param {URL} url
 * @param {string} [method]
 * @returns {Promise<Answer>} rejects without a whole answer within 5 s
 */
export function exchange(url, method = "GET") {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent: false, signal: AbortSignal.timeout(5000) }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("error", reject);
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          tookMs: performance.now() - startedAt,
        });
      });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
