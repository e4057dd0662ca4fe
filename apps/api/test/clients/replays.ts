import { connect, type Socket } from "node:net";
import type { Client, Verdict } from "./client.ts";

/** What a prober that cannot run here sends, byte for byte, and how it judges what comes back. */
interface Replay {
  readonly name: string;
  readonly path: string;
  /** The request line's method, and the header lines in the prober's own order and spelling. */
  readonly method: "GET" | "HEAD";
  readonly headers: (port: number) => readonly string[];
  readonly isWell: (answer: Answer) => boolean;
  /** The prober's own default, or the shortest it can be given where that is long. */
  readonly timeoutMs: number;
  /** Asks over one connection for as long as that lasts. */
  readonly keepsConnection?: true;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const is200 = ({ status }: Answer) => status === 200;
const is2xxOr3xx = ({ status }: Answer) => status >= 200 && status < 400;

// Sources: research, ecosystem §1.3; kubelet and Envoy from their source, the clouds' from their documents.
const REPLAYS: readonly Replay[] = [
  {
    name: "kubelet, readiness (replayed)",
    path: "/health/ready",
    method: "GET",
    headers: (port) => [`Host: 10.0.0.1:${port}`, "User-Agent: kube-probe/1.33", "Accept: */*", "Connection: close"],
    isWell: is2xxOr3xx,
    timeoutMs: 1_000,
  },
  {
    name: "kubelet, liveness (replayed)",
    path: "/health",
    method: "GET",
    headers: (port) => [`Host: 10.0.0.1:${port}`, "User-Agent: kube-probe/1.33", "Accept: */*", "Connection: close"],
    isWell: is2xxOr3xx,
    timeoutMs: 1_000,
  },
  {
    name: "AWS ALB (replayed)",
    path: "/health/ready",
    method: "GET",
    headers: (port) => [
      ...[`Host: 10.0.0.1:${port}`, "Connection: close", "User-Agent: ELB-HealthChecker/2.0"],
      "Accept-Encoding: gzip, compressed",
    ],
    isWell: is200,
    timeoutMs: 2_000,
  },
  {
    name: "Google Cloud (replayed)",
    path: "/health/ready",
    method: "GET",
    headers: () => ["Host: 10.0.0.1", "User-Agent: GoogleHC/1.0", "Connection: Keep-alive"],
    // It may be told a text that has to stand in the first 1,024 bytes.
    isWell: ({ status, body }) => status === 200 && body.slice(0, 1_024).includes('"status":"'),
    timeoutMs: 2_000,
  },
  {
    name: "Azure Load Balancer (replayed)",
    path: "/health/ready",
    method: "GET",
    headers: (port) => [`Host: 10.0.0.1:${port}`, "User-Agent: Load Balancer Agent", "Connection: Keep-Alive"],
    isWell: is200,
    timeoutMs: 2_000,
  },
  {
    name: "Azure Application Gateway (replayed)",
    path: "/health/ready",
    method: "GET",
    headers: () => ["Host: 127.0.0.1", "Connection: Keep-Alive"],
    isWell: is2xxOr3xx,
    timeoutMs: 2_000,
  },
  {
    name: "Azure Front Door, HEAD (replayed)",
    path: "/health/ready",
    method: "HEAD",
    headers: () => ["Host: api.example.net", "User-Agent: Edge Health Probe", "Connection: Keep-Alive"],
    isWell: is200,
    timeoutMs: 2_000,
  },
  {
    name: "Envoy, connection kept (replayed)",
    path: "/health/ready",
    method: "GET",
    headers: () => ["host: api_cluster", "user-agent: Envoy/HC", "content-length: 0"],
    isWell: is200,
    timeoutMs: 1_000,
    keepsConnection: true,
  },
];

/** The probers of Kubernetes and of the clouds, from what they send. */
export const replayedClients: readonly Client[] = REPLAYS.map((replay) => ({
  name: replay.name,
  program: process.execPath,
  asks: replay.path === "/health" ? "liveness" : "readiness",
  start: async (_program, { port }) => {
    let kept: Socket | undefined;
    return {
      verdict: async () => {
        const socket = kept?.writable ? kept : open(port);
        const verdict = await ask(socket, replay, port);
        if (replay.keepsConnection && verdict !== "silent") kept = socket;
        else socket.destroy();
        return verdict === "silent" ? "down" : verdict;
      },
      stop: async () => void kept?.destroy(),
    };
  },
}));

function open(port: number): Socket {
  const socket = connect({ port, host: "127.0.0.1" });
  // Told by there being no answer.
  socket.on("error", () => undefined);
  return socket;
}

function ask(socket: Socket, replay: Replay, port: number): Promise<Verdict | "silent"> {
  const request = [`${replay.method} ${replay.path} HTTP/1.1`, ...replay.headers(port), "", ""].join("\r\n");
  return new Promise((resolve) => {
    let text = "";
    const end = (verdict: Verdict | "silent") => {
      clearTimeout(timer);
      socket.off("data", read).off("close", gone);
      resolve(verdict);
    };
    const read = (bytes: Buffer) => {
      text += bytes.toString("latin1");
      const answer = parse(text, replay.method);
      if (answer !== null) end(replay.isWell(answer) ? "up" : "down");
    };
    const gone = () => end("silent");
    const timer = setTimeout(() => end("silent"), replay.timeoutMs);
    socket.on("data", read).on("close", gone);
    socket.write(request);
  });
}

/** The answer once it is complete. */
function parse(text: string, method: Replay["method"]): Answer | null {
  const headersEnd = text.indexOf("\r\n\r\n");
  if (headersEnd < 0) return null;
  const head = text.slice(0, headersEnd);
  const body = text.slice(headersEnd + 4);
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? Number.NaN);
  if (method === "GET" && !(body.length >= length)) return null;
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 0), body };
}
