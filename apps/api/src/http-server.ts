import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";

/** A listening server whose end does not cut off a request. */
export interface HttpServer {
  readonly server: Server;
  readonly port: number;
  /** From now on every response closes its connection, so that clients move elsewhere. */
  drain(): void;
  /** Stops accepting, lets requests under way end, and closes whatever is left when the signal aborts. */
  close(signal: AbortSignal): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  readonly port: number;
  readonly host: string;
}

// Bounds on slow clients: no head or body of ours takes seconds. Answers may take as long as they do. Looked at often, so
// that a crowd which came together is not closed in one go, with probes waiting behind it.
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 15_000, connectionsCheckingInterval: 200 } as const;

/**
 * Listens.
 *
 * @throws what `listen` reports, `EADDRINUSE` for instance.
 */
export async function listen(handler: RequestListener, { port, host }: ListenOptions): Promise<HttpServer> {
  const server = createServer(PATIENCE, handler);
  let draining = false;
  // On Node 20 `close()` alone does not drain: a connection that is busy at that moment goes on taking requests.
  server.prependListener("request", (_request, response) => {
    if (draining) response.shouldKeepAlive = false;
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    drain: () => {
      draining = true;
    },
    close: async (signal) => {
      // The turn of a timer comes before what has arrived is read: a request that waited while this process had no core
      // would find its connection closed as an idle one.
      await turn();
      await close(server, signal);
    },
  };
}

function close(server: Server, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const closeAll = () => server.closeAllConnections();
    signal.addEventListener("abort", closeAll, { once: true });
    server.close(() => {
      signal.removeEventListener("abort", closeAll);
      resolve();
    });
    server.closeIdleConnections();
  });
}
