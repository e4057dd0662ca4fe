import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import lightshipModule from "lightship";
import type { ServerSettings, Started } from "./server.js";
import { runSlowChecks } from "./slow-checks.js";

/** lightship on its own port: it knows no checks, so they run every second and tell it. */
export async function start({ checks }: ServerSettings): Promise<Started> {
  const port = await freePort();
  const lightship = await lightshipModule.createLightship({ detectKubernetes: false, port, signals: [] });
  lightship.signalReady();
  if (checks > 0) setInterval(() => void runSlowChecks(checks).then(() => lightship.signalReady()), 1_000).unref();
  return { port, liveness: "/live", readiness: "/ready" };
}

// It listens on the port it is given, and does not tell which it got.
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
