import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** One notice as it arrived. */
export interface Arrival {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
  /** The body's own. */
  readonly check: string;
  readonly kind: string;
  readonly id: string;
}

/** What the receiver does with the notices of a check: a status (with a redirect's to itself), or no answer at all. */
export type Manner = number | "hang";

/** A webhook's receiver on loopback. */
export interface Receiver {
  readonly port: number;
  /** Oldest first; grows. */
  readonly arrivals: readonly Arrival[];
  of(check: string): readonly Arrival[];
  /** How the next notices of a check are answered, the last for ever; default 200. */
  answer(check: string, ...manners: readonly Manner[]): void;
  /** Nobody listens any more. */
  leave(): Promise<void>;
  /** On the same port again. */
  comeBack(): Promise<void>;
}

/** Starts one. */
export async function startReceiver(): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  const manners = new Map<string, Manner[]>();
  const nextManner = (check: string): Manner => {
    const left = manners.get(check) ?? [200];
    return (left.length > 1 ? left.shift() : left[0]) ?? 200;
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const { check, kind, id } = JSON.parse(body || "{}") as Arrival;
    arrivals.push({ path: request.url ?? "", headers: request.headers, body, atMs: Date.now(), check, kind, id });
    const manner = nextManner(check);
    if (manner === "hang") return;
    response.writeHead(manner, manner === 307 ? { location: "/elsewhere" } : {}).end("x".repeat(1_000));
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    arrivals,
    of: (check) => arrivals.filter((arrival) => arrival.check === check),
    answer: (check, ...given) => manners.set(check, [...given]),
    leave: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    comeBack: () => listen(server, port),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}
