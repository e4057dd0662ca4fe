import { createServer } from "node:http";
import terminus from "@godaddy/terminus";
import { listen, PATHS, type ServerSettings, type Started } from "./server.js";
import { runSlowChecks } from "./slow-checks.js";

/** @godaddy/terminus, which wraps the listeners that the server has: without one it answers nothing. */
export async function start({ checks }: ServerSettings): Promise<Started> {
  const server = createServer((_request, response) => void response.end());
  const healthChecks = {
    [PATHS.liveness]: () => Promise.resolve(),
    [PATHS.readiness]: () => runSlowChecks(checks),
  };
  terminus.createTerminus(server, { healthChecks, signals: [] });
  return listen(server, PATHS);
}
