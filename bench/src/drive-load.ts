import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** What to ask, of whom, and for how long. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly durationMs: number;
}

/** Keeps so many connections busy, one request at a time each, and gives the number of answers, every one a 200. */
export async function driveLoad({ port, path, connections, durationMs }: Load): Promise<number> {
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n`;
  const endsAtMs = performance.now() + durationMs;
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  try {
    const counts = await Promise.all(sockets.map((socket) => keepBusy(socket, request, endsAtMs)));
    return counts.reduce((sum, count) => sum + count, 0);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
}

function keepBusy(socket: Socket, request: string, endsAtMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let answers = 0;
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      received += chunk;
      const size = answerSize(received);
      if (size === null || received.length < size) return;
      if (!received.startsWith("HTTP/1.1 200 ")) return reject(new Error(`not a 200: ${received}`));
      received = "";
      answers += 1;
      if (performance.now() < endsAtMs) socket.write(request);
      else resolve(answers);
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server ended the connection")));
    socket.write(request);
  });
}

function answerSize(received: string): number | null {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd === -1) return null;
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(received.slice(0, headEnd + 2))?.[1];
  return headEnd + 4 + Number(length);
}
