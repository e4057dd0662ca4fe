import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * A loopback port nobody listens on at this moment. Below the range from which the kernel serves `listen(0)` and outgoing
 * connections: one from there is often taken before a server has started on it, or while it restarts.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = randomInt(15_000, 32_000);
    if (await canListen(port)) return port;
  }
  throw new Error("50 random loopback ports are all taken");
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function canListen(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
