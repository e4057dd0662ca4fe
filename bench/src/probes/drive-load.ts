import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** What to ask, of whom, and for how long. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly durationMs: number;
}

/** What came back: how long each answer took, every one a 200, in ms. */
export interface LoadResult {
  readonly tookMs: readonly number[];
  readonly durationMs: number;
}

/** Keeps so many connections busy, one request at a time each. */
export async function driveLoad({ port, path, connections, durationMs }: Load): Promise<LoadResult> {
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n`;
  const startMs = performance.now();
  const endsAtMs = startMs + durationMs;
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  try {
    const tookMs = await Promise.all(sockets.map((socket) => keepBusy(socket, request, endsAtMs)));
    return { tookMs: tookMs.flat(), durationMs: performance.now() - startMs };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
}

function keepBusy(socket: Socket, request: string, endsAtMs: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const tookMs: number[] = [];
    let askedMs = 0;
    let received = "";
    const ask = () => {
      askedMs = performance.now();
      socket.write(request);
    };
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      received += chunk;
      const size = answerSize(received);
      if (size === null || received.length < size) return;
      if (!received.startsWith("HTTP/1.1 200 ")) return reject(new Error(`not a 200: ${received}`));
      received = "";
      const nowMs = performance.now();
      tookMs.push(nowMs - askedMs);
      if (nowMs < endsAtMs) ask();
      else resolve(tookMs);
    });
    socket.setTimeout(SILENT_MS, () => reject(new Error(`no answer within ${SILENT_MS} ms`)));
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server ended the connection")));
    ask();
  });
}

const SILENT_MS = 10_000;

function answerSize(received: string): number | null {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd === -1) return null;
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(received.slice(0, headEnd + 2))?.[1];
  if (length !== undefined) return headEnd + 4 + Number(length);
  // Without a length it comes in chunks, of which the last is empty.
  return received.endsWith("\r\n0\r\n\r\n") ? received.length : null;
}
