import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { waitFor } from "../../../scripts/testing/wait-for.ts";

/** A port that lets connection attempts wait, as a host behind a firewall does. */
export interface FullPort {
  readonly port: number;
  /** Lets in who knocks from now on; who was dropped knocks again after a second. */
  open(): void;
  close(): Promise<void>;
}

const LISTEN = `require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () {
  process.send(this.address().port);
})`;

/** A process that listens and is stopped: once its queue is full the kernel (Linux) drops what else knocks. */
export async function startFullPort(): Promise<FullPort> {
  const child = spawn(process.execPath, ["-e", LISTEN], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const [port] = (await once(child, "message")) as [number];
  child.kill("SIGSTOP");
  const knocking: Socket[] = [];
  await waitFor(() => isFull(port, knocking), { what: "a full queue of connections" });
  return { port, open: () => void child.kill("SIGCONT"), close: () => close(child, knocking) };
}

async function isFull(port: number, knocking: Socket[]): Promise<boolean> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  knocking.push(socket);
  let timer: NodeJS.Timeout | undefined;
  const waits = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), 150);
  });
  const isIn = once(socket, "connect").then(() => false);
  return Promise.race([isIn, waits]).finally(() => clearTimeout(timer));
}

async function close(child: ChildProcess, knocking: Socket[]): Promise<void> {
  for (const socket of knocking) socket.destroy();
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
