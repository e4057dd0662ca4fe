import { createConnection, createServer, type Server, type Socket } from "node:net";

/**
 * What the line does. `pass` is a good line. `refuse` resets what is open and what comes. `blackhole` keeps every
 * connection, accepts new ones, and carries not a byte. `half-open` carries nothing more on what is open now, and is
 * good for what comes: the state after a failover somewhere in between. `latency` holds every piece back for that long
 * each way. `trickle` carries one byte each 20 ms.
 */
export type Line =
  | { readonly kind: "pass" | "refuse" | "blackhole" | "half-open" | "trickle" }
  | { readonly kind: "latency"; readonly ms: number };

/** A TCP proxy on loopback whose line can be spoiled. */
export interface TcpProxy {
  readonly port: number;
  /** From now on; what a former state had swallowed stays lost. */
  set(line: Line): void;
  /** Resets what is open and stops listening. */
  stop(): Promise<void>;
}

/** Starts a proxy to a loopback port. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let line: Line = { kind: "pass" };
  const pairs = new Set<Pair>();
  const server = createServer((inner) => {
    if (line.kind === "refuse") return void inner.resetAndDestroy();
    const pair = join(inner, { targetPort, line: () => line });
    pairs.add(pair);
    inner.once("close", () => pairs.delete(pair));
  });
  await listen(server);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    port: address.port,
    set: (next) => {
      // A half-dead request or reply must not go on where it stopped: the stream would be out of step.
      if (line.kind === "blackhole") for (const pair of pairs) pair.reset();
      line = next.kind === "half-open" ? { kind: "pass" } : next;
      if (next.kind === "refuse") for (const pair of pairs) pair.reset();
      if (next.kind === "half-open") for (const pair of pairs) pair.deafen();
    },
    stop: async () => {
      for (const pair of pairs) pair.reset();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Pair {
  reset(): void;
  /** Carries nothing more, and tells neither side. */
  deafen(): void;
}

function join(inner: Socket, { targetPort, line }: { targetPort: number; line: () => Line }): Pair {
  const outer = createConnection(targetPort, "127.0.0.1");
  let isDeaf = false;
  const carry = (from: Socket, to: Socket) => {
    // One piece after the other, whatever each takes: bytes must not overtake one another.
    let last = Promise.resolve();
    from.on("data", (bytes: Buffer) => {
      last = last.then(() => (isDeaf ? undefined : pass(bytes, to, line())));
    });
    from.on("error", () => undefined);
    from.once("close", () => {
      if (!isDeaf) to.destroy();
    });
  };
  carry(inner, outer);
  carry(outer, inner);
  return {
    reset: () => {
      inner.resetAndDestroy();
      outer.destroy();
    },
    deafen: () => {
      isDeaf = true;
    },
  };
}

async function pass(bytes: Buffer, to: Socket, line: Line): Promise<void> {
  switch (line.kind) {
    case "blackhole":
      return;
    case "latency":
      await delay(line.ms);
      return write(to, bytes);
    case "trickle":
      for (const byte of bytes) {
        await delay(20);
        write(to, Buffer.of(byte));
      }
      return;
    default:
      return write(to, bytes);
  }
}

function write(to: Socket, bytes: Buffer): void {
  if (to.writable) to.write(bytes);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
}
