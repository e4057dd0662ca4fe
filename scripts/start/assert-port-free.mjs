import { createServer } from "node:net";
import { UserError } from "../setup/errors.mjs";

/**
 * Throws a UserError when something listens on the port already: better before a minute of set-up than after.
 *
 * @param {number} port
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 */
export function assertPortFree(port, env) {
  const host = env["HOST"] || "127.0.0.1";
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      reject(new UserError(`cannot listen on port ${port} of ${host}: ${reason(error)}`, { cause: error }));
    });
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

/** @param {NodeJS.ErrnoException} error */
function reason(error) {
  if (error.code === "EADDRINUSE")
    return "something listens there already. Choose another with --port <n>, or any free one with --port 0";
  if (error.code === "EACCES") return "only root may use it. Choose one above 1023 with --port <n>";
  return error.message;
}
