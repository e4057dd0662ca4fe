import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What is started: which server, and what is behind its probes. */
export interface ServerSettings {
  readonly kind: string;
  readonly checks: number;
  readonly detail: "none" | "status";
  /** Where results come from; from memory without it. */
  readonly redisUrl?: string;
}

/** A server that listens, and where its probes are. */
export interface Started {
  readonly port: number;
  readonly liveness: string;
  /** Left out where it has none. */
  readonly readiness?: string;
}

/** What each file of this directory exports: it runs in a process of its own, so that none spoils another's code. */
export interface ServerModule {
  start(settings: ServerSettings): Promise<Started>;
}

/** Listens on a free loopback port, for as long as the load lasts. */
export async function listen(server: Server, paths: Omit<Started, "port">): Promise<Started> {
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, ...paths };
}

/** Where our own probes are, and those that need no path of their own. */
export const PATHS = { liveness: "/health", readiness: "/health/ready" };
