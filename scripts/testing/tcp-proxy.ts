import { createConnection, createServer, type Server, type Socket } from "node:net";

/**
 * What the line does. `pass` is a good line. `refuse` resets what is open and what comes. `blackhole` keeps every
 * connection, accepts new ones, and carries not a byte. `half-open` carries nothing more on what is open now, and is
 * good for what comes: the state after a failover somewhere in between. `latency` holds every piece back for that long
 * each way. `trickle` carries one byte each 20 ms. `rewrite` puts other words into the server's mouth, of the same length,
 * because replies say how long they are.
 */
export type Line =
  | { readonly kind: "pass" | "refuse" | "blackhole" | "half-open" | "trickle" }
  | { readonly kind: "latency"; readonly ms: number }
  | { readonly kind: "rewrite"; readonly from: RegExp; readonly to: (found: string) => string };

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
      if (line.kind === "blackhole" && next.kind !== "half-open") for (const pair of pairs) pair.reset();
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
      const piece = { bytes, to, line, isReply: from === outer, atMs: performance.now() };
      last = last.then(() => (isDeaf ? undefined : pass(piece)));
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

interface Piece {
  readonly bytes: Buffer;
  readonly to: Socket;
  readonly line: () => Line;
  readonly isReply: boolean;
  /** When it arrived: pieces that come together are late together. */
  readonly atMs: number;
}

async function pass({ bytes, to, line, isReply, atMs }: Piece): Promise<void> {
  const now = line();
  switch (now.kind) {
    case "blackhole":
      return;
    case "latency":
      await delay(Math.max(0, atMs + now.ms - performance.now()));
      return write(to, bytes);
    case "trickle":
      return trickle(bytes, to, line);
    case "rewrite":
      return write(to, isReply ? rewrite(bytes, now) : bytes);
    default:
      return write(to, bytes);
  }
}

/** Whatever is left when the line is good again comes at once. */
async function trickle(bytes: Buffer, to: Socket, line: () => Line): Promise<void> {
  for (const [index, byte] of bytes.entries()) {
    if (line().kind !== "trickle") return write(to, bytes.subarray(index));
    await delay(20);
    write(to, Buffer.of(byte));
  }
}

function rewrite(bytes: Buffer, { from, to }: Extract<Line, { kind: "rewrite" }>): Buffer {
  return Buffer.from(bytes.toString("latin1").replace(from, to), "latin1");
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
